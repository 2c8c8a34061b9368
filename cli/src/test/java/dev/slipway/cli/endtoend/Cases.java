package dev.slipway.cli.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// The Dockerfiles of `differential.txt`.
record Cases(String name, List<String> flags, String dockerfile) {
    static List<Cases> all() throws IOException {
        String text;
        try (InputStream in =
                Objects.requireNonNull(Cases.class.getResourceAsStream("/differential.txt"))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Cases> cases = new ArrayList<>();
        for (String part :
                Arrays.asList(text.split("(?m)^=== ", -1))
                        .subList(1, text.split("(?m)^=== ", -1).length)) {
            int end = part.indexOf('\n');
            List<String> words = List.of(part.substring(0, end).split(" ", -1));
            cases.add(
                    new Cases(
                            words.getFirst(),
                            words.subList(1, words.size()),
                            part.substring(end + 1)));
        }
        return cases;
    }
}
