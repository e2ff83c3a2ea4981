/**
 * What runs inside the target: one thread, one link, the hit path. {@link dev.sonde.agent.Agent} is where to start reading,
 * {@link dev.sonde.agent.SiteHooks} is what woven code runs. Null means absent only where {@code @Nullable} says so.
 */
package dev.sonde.agent;
