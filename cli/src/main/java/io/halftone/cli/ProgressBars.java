package io.halftone.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars on standard error. */
final class ProgressBars {
  private static final int WIDTH = 100;
  private static final int UPDATE_MILLIS = 250;

  private ProgressBars() {}

  static ProgressBar start(String task, long total) {
    PrintStream err = System.err;
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setStyle(
            StandardCharsets.UTF_8.name().equals(System.getProperty("native.encoding"))
                ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK
                : ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
        .build();
  }
}
