package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DoorkeeperTest {

    private final AtomicLong clock = new AtomicLong();
    private final Doorkeeper keeper = new Doorkeeper(Settings.standard(), clock::get);

    @Test
    void three_failures_are_borne_and_the_fourth_closes_the_door_until_they_have_run_out() {
        for (int i = 0; i < 4; i++) {
            fail("10.0.0.1", i);
        }
        assertThat(keeper.admit(at("10.0.0.1", 9))).contains("too many failures from 10.0.0.1");
        assertThat(keeper.admit(at("10.0.0.2", 9))).isNull();
        clock.addAndGet(Duration.ofSeconds(6).toNanos());
        assertThat(keeper.admit(at("10.0.0.1", 9))).isNull();
    }

    @Test
    void penalties_do_not_grow_for_ever() {
        for (int round = 0; round < 1_000; round++) {
            keeper.admit(at("10.0.0.1", round));
            keeper.ended(at("10.0.0.1", round));
            clock.addAndGet(1);
        }
        clock.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(keeper.admit(at("10.0.0.1", 1))).isNull();
    }

    @Test
    void the_addresses_of_one_ipv6_network_are_one_source() {
        for (int i = 0; i < 4; i++) {
            fail("2001:db8::" + (i + 1), i);
        }
        assertThat(keeper.admit(at("2001:db8::99", 9))).contains("too many failures");
    }

    @Test
    void loopback_is_everybodys_address_and_takes_no_penalty() {
        for (String address : List.of("127.0.0.1", "127.8.9.10", "::1")) {
            for (int i = 0; i < 100; i++) {
                fail(address, i);
            }
        }
    }

    @Test
    void connections_that_have_not_authenticated_are_limited_on_loopback_too() {
        for (int i = 0; i < 20; i++) {
            assertThat(keeper.admit(at("127.0.0.1", i))).isNull();
        }
        assertThat(keeper.admit(at("127.0.0.1", 20))).isEqualTo("too many unauthenticated connections");
    }

    @Test
    void a_new_one_puts_out_the_oldest_of_the_source_that_has_most() {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String address = i % 3 == 0 ? "10.0.0.1" : "10.0.0.2";
            begin(address, i, out);
        }
        keeper.authenticated(at("10.0.0.2", 1));
        begin("10.0.0.3", 20, out);
        assertThat(out).isEmpty();
        begin("10.0.0.3", 21, out);
        begin("10.0.0.3", 22, out);
        assertThat(out).containsExactly("10.0.0.2 2", "10.0.0.2 4");
    }

    private void begin(String address, int port, List<String> out) {
        assertThat(keeper.admit(at(address, port))).isNull();
        keeper.endThoseOut();
        keeper.began(at(address, port), () -> out.add(address + " " + port));
    }

    @Test
    void who_authenticated_adds_no_penalty() {
        for (int i = 0; i < 100; i++) {
            assertThat(keeper.admit(at("10.0.0.1", i))).isNull();
            keeper.authenticated(at("10.0.0.1", i));
            keeper.ended(at("10.0.0.1", i));
        }
    }

    private void fail(String address, int port) {
        assertThat(keeper.admit(at(address, port))).isNull();
        keeper.ended(at(address, port));
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(address, 1024 + port);
    }
}
