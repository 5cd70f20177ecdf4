package io.halftone.cli;

import io.halftone.core.spi.QuantizationException;
import java.io.PrintWriter;
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
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    err.println("halftone: " + (input ? message : "failed: " + message));
    err.flush();
    return input ? INPUT : OTHER;
  }
}
