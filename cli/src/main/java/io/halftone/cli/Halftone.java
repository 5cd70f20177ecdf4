package io.halftone.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code halftone} command. */
@Command(
    name = "halftone",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Post-training quantization for the JVM.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:done", "2:wrong usage or input", "1:anything else"},
    subcommands = {
      DemoCommand.class,
      FetchCommand.class,
      QuantizeCommand.class,
      CompareCommand.class,
      ConvertCommand.class,
      VerifyCommand.class,
      InspectCommand.class,
      RecipesCommand.class,
      BenchRecipesCommand.class
    })
public final class Halftone implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /**
   * Runs a command.
   *
   * @param args of the command line
   * @param out facts go here
   * @param err progress, logs and errors go here
   * @return the exit code
   */
  static int run(String[] args, PrintStream out, PrintStream err) {
    CommandLine commandLine = new CommandLine(new Halftone());
    commandLine.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(new Failures());
    return commandLine.execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }
}
