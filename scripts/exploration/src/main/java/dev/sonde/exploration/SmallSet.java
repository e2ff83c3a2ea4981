package dev.sonde.exploration;

import com.google.common.collect.ImmutableList;
import com.google.gson.Gson;
import dev.sonde.exploration.drivers.ClojureDriver;
import dev.sonde.exploration.drivers.GsonDriver;
import dev.sonde.exploration.drivers.GuavaDriver;
import dev.sonde.exploration.drivers.KotlinDriver;
import dev.sonde.exploration.drivers.LangDriver;
import dev.sonde.exploration.drivers.ScalaDriver;
import java.util.List;
import org.apache.commons.lang3.StringUtils;

/** The libraries that the build explores: of four languages, with a driver each. */
final class SmallSet {

    private SmallSet() {}

    /** So much of each as the build has time for on every change: a few thousand methods, and what the others call the most. */
    static List<Subject> parts() {
        return all().stream().map(SmallSet::part).toList();
    }

    private static Subject part(Subject whole) {
        return switch (whole.name()) {
            case "guava" ->
                whole.only(name -> name.matches("com\\.google\\.common\\.(base|collect|hash|math|primitives)\\..*")
                        && !name.matches(".*\\.(Forwarding|MapMaker|Regular|Standard|Tree).*"));
            case "scala-library" ->
                whole.only(name ->
                        name.matches("scala\\.(collection\\.immutable|concurrent|math|util)\\..*|scala\\.[A-Z][^.]*"));
            default -> whole;
        };
    }

    static List<Subject> all() {
        return List.of(
                Subject.driven("commons-lang3", StringUtils.class, LangDriver.class, name -> true),
                Subject.driven("gson", Gson.class, GsonDriver.class, name -> true),
                Subject.driven(
                        "guava",
                        ImmutableList.class,
                        GuavaDriver.class,
                        name -> !name.startsWith("com.google.common.util")),
                Subject.driven("kotlin-stdlib", kotlin.Unit.class, KotlinDriver.class, name -> true),
                Subject.driven("scala-library", scala.Option.class, ScalaDriver.class, name -> true),
                clojure());
    }

    /** Its library needs two small ones of its own. */
    private static Subject clojure() {
        return Subject.driven("clojure", clojure.lang.RT.class, ClojureDriver.class, name -> true)
                .with(List.of(resource("clojure/spec/alpha.clj"), resource("clojure/core/specs/alpha.clj")));
    }

    private static java.nio.file.Path resource(String name) {
        try {
            java.net.URL url = SmallSet.class.getClassLoader().getResource(name);
            if (!(java.util.Objects.requireNonNull(url, name).openConnection()
                    instanceof java.net.JarURLConnection jar)) {
                throw new IllegalStateException(url + " is in no jar");
            }
            return java.nio.file.Path.of(jar.getJarFileURL().toURI());
        } catch (java.io.IOException | java.net.URISyntaxException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
