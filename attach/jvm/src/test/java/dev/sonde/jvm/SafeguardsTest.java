package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.wire.MaskedNames;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is masked where nothing is set. */
final class SafeguardsTest {

    private final MaskedNames names = new MaskedNames(Safeguards.STANDARD.maskedNames());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "userPassword",
                "PASS_WORD",
                "pass-word",
                "db.password",
                "token",
                "accessToken",
                "X-Auth-Token",
                "secret",
                "CLIENT_SECRET",
                "Authorization",
                "Proxy-Authorization",
                "card",
                "creditCard",
                "CARD_NO",
                "cardNumber",
                "ssn",
                "customerSSN",
                "SSN_2",
                "X-Api-Key"
            })
    void secrets_are_masked_however_their_names_are_spelled(String name) {
        assertThat(names.masks(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"className", "discard", "cardinality", "session", "author", "key", "passengers", "seats"})
    void what_only_looks_like_one_is_shown(String name) {
        assertThat(names.masks(name)).isFalse();
    }
}
