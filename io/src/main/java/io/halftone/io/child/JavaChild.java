package io.halftone.io.child;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program in a child process, so that a crash of native code in it is an exception here.
 *
 * <p>It ends when the calling thread is interrupted or this virtual machine ends.
 *
 * @param subject what it works on, the beginning of every message
 * @param program its class with a {@code main}
 * @param arguments of the program
 * @param environment variables beside those of this process
 * @param folder for what it prints and for reports of crashes
 * @param timeout after which the child is killed, positive
 * @param machine that runs it
 */
public record JavaChild(
    String subject,
    Class<?> program,
    List<String> arguments,
    Map<String, String> environment,
    Path folder,
    Duration timeout,
    Machine machine) {
  private static final int TAIL_LINES = 20;

  /**
   * A virtual machine.
   *
   * @param java its command
   * @param options before the class path
   * @param classPath where it finds classes
   */
  public record Machine(Path java, List<String> options, String classPath) {
    /** Takes a copy of the options. */
    public Machine {
      options = List.copyOf(options);
    }

    /** The Java and the classes of this process. */
    public static Machine own() {
      return new Machine(
          Path.of(System.getProperty("java.home"), "bin", "java"),
          List.of("-XX:TieredStopAtLevel=1"),
          System.getProperty("java.class.path"));
    }
  }

  /** Runs with the Java and the classes of this process. */
  public JavaChild(
      String subject,
      Class<?> program,
      List<String> arguments,
      Map<String, String> environment,
      Path folder,
      Duration timeout) {
    this(subject, program, arguments, environment, folder, timeout, Machine.own());
  }

  /** Validates the timeout. */
  public JavaChild {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout is " + timeout + ", must be positive");
    }
  }

  /**
   * Runs the program to its end.
   *
   * @throws IOException if the child crashes, fails, is too slow or cannot be started; the message
   *     has its exit code and last lines
   */
  public void run() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command()).redirectErrorStream(true).redirectOutput(log().toFile());
    builder.environment().putAll(environment);
    Process child = builder.start();
    Thread kill = new Thread(child::destroyForcibly, "kill child process " + child.pid());
    Runtime.getRuntime().addShutdownHook(kill);
    try {
      child.getOutputStream().close();
      if (!child.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            subject + ": child process did not finish within " + timeout + tail());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException stopped =
          new InterruptedIOException("interrupted while a child process ran " + subject);
      stopped.initCause(e);
      throw stopped;
    } finally {
      end(child);
      forget(kill);
    }
    if (child.exitValue() != 0) {
      throw new IOException(
          subject + ": child process ended with exit code " + child.exitValue() + tail());
    }
  }

  private Path log() {
    return folder.resolve("child.log");
  }

  private List<String> command() {
    List<String> command =
        new ArrayList<>(
            List.of(
                machine.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash.log")));
    command.addAll(machine.options());
    command.addAll(List.of("-cp", machine.classPath(), program.getName()));
    command.addAll(arguments);
    return command;
  }

  /**
   * Kills a child that is still there and waits for it: its files can only be removed after that.
   */
  private static void end(Process child) {
    boolean interrupted = Thread.interrupted();
    child.destroyForcibly();
    while (child.isAlive()) {
      try {
        child.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private String tail() throws IOException {
    String text = new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).strip();
    List<String> lines = text.lines().toList();
    String last =
        String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    return last.isEmpty() ? "; it printed nothing" : "; it printed:\n" + last;
  }

  static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The virtual machine is ending and runs the hook itself.
    }
  }
}
