package io.halftone.cli;

import io.halftone.cli.report.ReportJson;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a command's facts go: a table for people, or one JSON object. */
final class Output {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Print the same facts as one JSON object on standard output.")
  private boolean json;

  /** Prints facts as JSON, or as the text for people. */
  void print(Object facts, Runnable text) {
    if (json) {
      out().println(ReportJson.pretty(facts));
    } else {
      text.run();
    }
    out().flush();
  }

  void line(String format, Object... args) {
    out().println(String.format(Locale.ROOT, format, args));
  }

  /** Says something about the run itself, on standard error. */
  void note(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(text);
    err.flush();
  }

  void flush() {
    out().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
