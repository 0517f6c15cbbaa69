/** Element of an id. */
export const $ = (id) => document.getElementById(id);

export function numbers(values) {
  for (const [name, value] of Object.entries(values)) {
    const element = document.querySelector(`[data-number="${name}"]`);
    if (element && value !== undefined) {
      element.textContent = value;
    }
  }
}

export function pair(name, value) {
  const row = document.createElement('div');
  row.append(text('dt', name), text('dd', value));
  return row;
}

export function text(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}

export const sum = (counts) => Object.values(counts).reduce((total, number) => total + number, 0);

export const perSecond = (rate) => `${rate.toFixed(rate > 0 && rate < 10 ? 1 : 0)}/s`;

export function millis(time) {
  if (time === null) {
    return '–';
  }
  return time < 1000 ? `${time} ms` : `${(time / 1000).toFixed(1)} s`;
}
