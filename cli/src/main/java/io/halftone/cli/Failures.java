package io.halftone.cli;

import io.halftone.core.spi.QuantizationException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns a failure into one message for a person and an exit code; the stack trace goes to the debug
 * log.
 */
final class Failures implements IExecutionExceptionHandler {
  private static final int OTHER = 1;
  private static final int INPUT = 2;
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult result) {
    LOG.debug("failed", failure);
    PrintWriter err = command.getErr();
    boolean input =
        failure instanceof InputException
            || failure instanceof IllegalArgumentException
            || failure instanceof QuantizationException;
    err.println("halftone: " + (input ? "" : "failed: ") + message(failure));
    err.flush();
    return input ? INPUT : OTHER;
  }

  /** Some failures of files say no more than the file's name. */
  private static String message(Exception failure) {
    boolean bare =
        failure.getMessage() == null
            || failure instanceof FileSystemException file && file.getReason() == null;
    return bare
        ? failure.getClass().getSimpleName() + ": " + failure.getMessage()
        : failure.getMessage();
  }
}
