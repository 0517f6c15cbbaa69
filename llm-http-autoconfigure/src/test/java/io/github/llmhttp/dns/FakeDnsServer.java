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

package io.github.llmhttp.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.util.NetUtil;

/**
 * Name server on loopback that answers as it is told, and remembers what it was asked.
 * Names that it was told nothing about do not exist.
 */
public final class FakeDnsServer implements AutoCloseable {

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final Map<String, Reply> replies = new ConcurrentHashMap<>();

    private final Queue<String> queries = new ConcurrentLinkedQueue<>();

    private final Channel channel;

    public FakeDnsServer() {
        this.channel = new Bootstrap().group(this.loop)
            .channel(NioDatagramChannel.class)
            .handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline()
                        .addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answering());
                }
            })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    }

    /**
     * Let a name have these addresses, IPv4 or IPv6.
     */
    public FakeDnsServer answer(String name, int ttl, String... addresses) {
        this.replies.put(name, new Reply(DnsResponseCode.NOERROR, ttl, List.of(addresses)));
        return this;
    }

    /**
     * Let queries for a name fail.
     */
    public FakeDnsServer fail(String name, DnsResponseCode code) {
        this.replies.put(name, new Reply(code, 0, List.of()));
        return this;
    }

    /**
     * Never answer queries for a name.
     */
    public FakeDnsServer silence(String name) {
        this.replies.put(name, Reply.NONE);
        return this;
    }

    /**
     * How often the records of a name were asked for.
     */
    public long queries(String name, DnsRecordType type) {
        return this.queries.stream().filter((query) -> query.equals(name + " " + type.name())).count();
    }

    /**
     * How often this server was asked anything.
     */
    public int queries() {
        return this.queries.size();
    }

    /**
     * Host and port, as the settings want them.
     */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /**
     * Port, which the system has chosen.
     */
    public int port() {
        return ((InetSocketAddress) this.channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        this.channel.close().syncUninterruptibly();
        this.loop.shutdownGracefully();
    }

    private record Reply(DnsResponseCode code, int ttl, List<String> addresses) {

        static final Reply NONE = new Reply(DnsResponseCode.NOERROR, 0, List.of());

        static final Reply UNKNOWN = new Reply(DnsResponseCode.NXDOMAIN, 0, List.of());

        List<byte[]> records(DnsRecordType type) {
            int length = type.equals(DnsRecordType.A) ? 4 : 16;
            return this.addresses.stream()
                .map(NetUtil::createByteArrayFromIpAddressString)
                .filter((bytes) -> bytes.length == length)
                .map((bytes) -> Arrays.copyOf(bytes, length))
                .toList();
        }

    }

    private final class Answering extends SimpleChannelInboundHandler<DatagramDnsQuery> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            String name = question.name().replaceFirst("\\.$", "");
            FakeDnsServer.this.queries.add(name + " " + question.type().name());
            Reply reply = FakeDnsServer.this.replies.getOrDefault(name, Reply.UNKNOWN);
            if (reply == Reply.NONE) {
                return;
            }
            DatagramDnsResponse response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            response.setCode(reply.code());
            response.setAuthoritativeAnswer(true);
            response.addRecord(DnsSection.QUESTION, question);
            for (byte[] address : reply.records(question.type())) {
                response.addRecord(DnsSection.ANSWER, new DefaultDnsRawRecord(question.name(), question.type(),
                        reply.ttl(), Unpooled.wrappedBuffer(address)));
            }
            context.writeAndFlush(response);
        }

    }

}
