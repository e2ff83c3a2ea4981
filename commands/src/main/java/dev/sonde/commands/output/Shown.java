package dev.sonde.commands.output;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How one component of a row is shown, where its name does not say enough. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Shown {

    /** Its name in JSON, where Java has no such name: {@code class}, {@code this}. */
    String json() default "";

    /** The head of its column; made of its name unless given. */
    String head() default "";

    /** Not for people: only in JSON. */
    boolean onlyJson() default false;

    /** Not for programs: only in tables. */
    boolean onlyTable() default false;

    /** May be left out of a table that is too wide for the terminal. */
    boolean spare() default false;

    /** Of a text that must be cut the end is kept: class names, paths. */
    boolean keepEnd() default false;
}
