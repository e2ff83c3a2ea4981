/**
 * Playbooks: read, checked whole, and run. A playbook is a file, a step is one line of it and what that must show, a run is one
 * execution. Nothing here knows who asks. To be read in the order of what happens to one:
 *
 * <ol>
 *   <li>It is found by its name in the {@link Library}, or comes on the standard input. {@link PlayCommand} is the way through
 *       all that follows.
 *   <li>{@link PlaybookReader} looks at its form and gives a {@link Playbook}: texts that know where they stand ({@link MarkedYaml},
 *       {@link Written}, {@link At}).
 *   <li>{@link Checker} goes down its steps once and knows at each what may be named there ({@link Scope}). A text with
 *       expressions in it becomes a {@link Template}, a line a {@link LineTemplate}; {@link Functions} is what expressions may call.
 *       What is wrong is a {@link PlaybookError}; what is not is a {@link CheckedPlaybook}, which may run.
 *   <li>{@link PlayRun} runs it on all targets at the same time. {@link TargetRun} is one of them, step after step; {@link Rounds}
 *       runs the line of a step as often as it says, and {@link Collected} keeps what that gives. So a step has a {@link StepResult}
 *       and a target a {@link RunResult}; {@link Outcome} is how either ended.
 *   <li>{@link Showing} tells it: each step as a {@link StepRow}, each target's {@link Verdict} with its {@link Finding}s, all of them
 *       as {@link RunLine}s with their {@link Deviation}, and a {@link Report}.
 * </ol>
 *
 * The other commands ({@link PlayCommands}) are about playbooks and run none.
 */
@NullMarked
package dev.sonde.commands.play;

import org.jspecify.annotations.NullMarked;
