package dev.sonde.commands.observe;

import dev.sonde.jvm.ProbeSpec;
import picocli.CommandLine.Parameters;

/** The methods that a line is about, as typed: a class and one name or glob. */
final class MethodLocation {

    @Parameters(
            index = "0",
            paramLabel = "CLASS",
            description = "its name, simple or qualified; * and ? stand for anything")
    private String classGlob = "";

    @Parameters(
            index = "1",
            paramLabel = "METHOD",
            description =
                    "its name or a glob, with parameter types if wanted: 'place(Order,int)'; <init> is the constructor")
    private String method = "";

    ProbeSpec spec(ProbeSpec.Kind kind) {
        return ProbeSpec.of(kind, classGlob, method);
    }
}
