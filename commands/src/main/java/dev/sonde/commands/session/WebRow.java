package dev.sonde.commands.session;

import dev.sonde.commands.Reached;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;

/**
 * How the pages are seen.
 *
 * @param ssh what to type on one's own machine
 * @param url what to open there while it runs
 * @param pprof what Go's tool is told
 */
record WebRow(String ssh, String url, String pprof) implements Prose {

    private static final int LABEL = 7;

    static WebRow of(Reached here, int port) {
        boolean bare = !here.host().contains(":");
        String url = "http://localhost:" + port + "/";
        return new WebRow(
                "ssh -N -L " + port + ":sonde:80" + (here.port() == 22 ? "" : " -p " + here.port()) + " "
                        + (bare ? here.user() + "@" + here.host() : "-l " + here.user() + " " + here.host()),
                url,
                "go tool pprof " + url + "debug/pprof/profile");
    }

    @Override
    public String type() {
        return "web";
    }

    @Override
    public void tell(Page page) {
        line(page, "type", ssh);
        line(page, "open", url);
        line(page, "pprof", pprof);
        page.line(new Text()
                .add(
                        "On your own machine, as long as you look: the server listens on no port for it. Your ssh may"
                                + " know the server by another name; -L with any login line does.",
                        Style.FAINT));
    }

    private static void line(Page page, String label, String what) {
        page.line(
                new Text()
                        .add(label + " ".repeat(LABEL - label.length()), Style.FAINT)
                        .add(what),
                LABEL);
    }
}
