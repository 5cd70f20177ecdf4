package io.halftone.core.quantized;

/**
 * How a layer ended: every layer has exactly one outcome, and no algorithm replaces another without
 * it.
 */
public sealed interface Outcome {
  /**
   * One word for tables: {@code data-free}, {@code calibrated}, {@code damped}, {@code fallback},
   * {@code skipped}, {@code imported}.
   */
  String label();

  /** The outcome with its reason or figure, for people. */
  default String describe() {
    return label();
  }

  /** Quantized from the weight alone. */
  record DataFree() implements Outcome {
    @Override
    public String label() {
      return "data-free";
    }
  }

  /** Quantized with calibration statistics as the method states. */
  record Calibrated() implements Outcome {
    @Override
    public String label() {
      return "calibrated";
    }
  }

  /**
   * Quantized with more damping than the method states, because the Gram matrix could not be
   * factored otherwise.
   *
   * @param damping λ that succeeded, as a fraction of mean(diag G)
   * @param attempts factorisations tried, at least 2
   */
  record Damped(double damping, int attempts) implements Outcome {
    @Override
    public String label() {
      return "damped";
    }

    @Override
    public String describe() {
      return "damped by " + damping + " of the mean diagonal after " + attempts + " attempts";
    }
  }

  /**
   * Another method was used because the user allowed it.
   *
   * @param method that was used
   * @param reason why the requested method failed
   */
  record Fallback(String method, String reason) implements Outcome {
    @Override
    public String label() {
      return "fallback";
    }

    @Override
    public String describe() {
      return "fallback to " + method + ": " + reason;
    }
  }

  /**
   * Left as it was.
   *
   * @param reason why
   */
  record Skipped(String reason) implements Outcome {
    @Override
    public String label() {
      return "skipped";
    }

    @Override
    public String describe() {
      return "skipped: " + reason;
    }
  }

  /**
   * Read from a file that does not say how it came about.
   *
   * @param format the file's layer format
   */
  record Imported(String format) implements Outcome {
    @Override
    public String label() {
      return "imported";
    }

    @Override
    public String describe() {
      return "imported from " + format;
    }
  }
}
