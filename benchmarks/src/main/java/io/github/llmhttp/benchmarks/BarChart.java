/*
 * Copyright 2026 the llm-http authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.llmhttp.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Horizontal bars as SVG, on a logarithmic scale: what is compared differs by orders of
 * magnitude.
 */
final class BarChart {

    private static final int ROW = 26;

    private static final int LABELS = 230;

    private static final int BARS = 420;

    private static final int VALUES = 110;

    private static final int TITLE = 34;

    private final String title;

    private final String unit;

    private final Map<String, Double> bars = new LinkedHashMap<>();

    BarChart(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    void add(String label, double value) {
        this.bars.put(label, value);
    }

    String svg() {
        int width = LABELS + BARS + VALUES;
        int height = TITLE + ROW * this.bars.size() + 10;
        StringBuilder svg = new StringBuilder();
        line(svg, "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' role='img' "
                + "font-family='sans-serif' font-size='13'>", width, height, width, height);
        line(svg, "<title>%s</title>", escaped(this.title));
        line(svg, "<rect width='100%%' height='100%%' fill='#ffffff'/>");
        line(svg, "<text x='12' y='22' font-weight='bold' fill='#1f2933'>%s</text>", escaped(this.title));
        double least = this.bars.values().stream().mapToDouble(Double::doubleValue).min().orElse(1);
        double most = this.bars.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
        int y = TITLE;
        for (Map.Entry<String, Double> bar : this.bars.entrySet()) {
            bar(svg, y, bar.getKey(), bar.getValue(), share(bar.getValue(), least / 2, most));
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static double share(double value, double from, double to) {
        return Math.log(value / from) / Math.log(to / from);
    }

    private void bar(StringBuilder svg, int y, String label, double value, double share) {
        int length = Math.max(2, (int) Math.round(BARS * share));
        String fill = label.startsWith("llm-http") ? "#2f6fde" : "#9aa5b1";
        line(svg, "<text x='%d' y='%d' text-anchor='end' fill='#1f2933'>%s</text>", LABELS - 8, y + 17, escaped(label));
        line(svg, "<rect x='%d' y='%d' width='%d' height='%d' rx='2' fill='%s'/>", LABELS, y + 3, length, ROW - 7,
                fill);
        line(svg, "<text x='%d' y='%d' fill='#1f2933'>%s %s</text>", LABELS + length + 6, y + 17, number(value),
                escaped(this.unit));
    }

    /** Three digits that count. */
    static String number(double value) {
        int decimals = (value >= 100) ? 0 : (value >= 10) ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

}
