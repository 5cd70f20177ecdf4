package io.halftone.calibration.decoder;

import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RopePairing;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Map;

/** The forward pass of one sequence in double, one number at a time: the oracle. */
final class NaiveDecoder {
  private final DecoderConfig config;
  private final Architecture table;
  private final Map<String, FloatMatrix> tensors;

  NaiveDecoder(DecoderConfig config, Architecture table, Map<String, FloatMatrix> tensors) {
    this.config = config;
    this.table = table;
    this.tensors = tensors;
  }

  double[][] logits(int[] tokens) {
    double[][] x = new double[tokens.length][config.hiddenSize()];
    double scale = table.scaledEmbedding() ? Math.sqrt(config.hiddenSize()) : 1;
    for (int t = 0; t < tokens.length; t++) {
      for (int c = 0; c < x[t].length; c++) {
        x[t][c] = scale * tensors.get(table.embedding()).get(tokens[t], c);
      }
    }
    for (int b = 0; b < config.blocks(); b++) {
      add(
          x,
          norm(attention(norm(x, NormRole.ATTENTION_INPUT, b), b), NormRole.ATTENTION_OUTPUT, b));
      add(
          x,
          norm(
              feedForward(norm(x, NormRole.FEED_FORWARD_INPUT, b), b),
              NormRole.FEED_FORWARD_OUTPUT,
              b));
    }
    FloatMatrix head = tensors.get(config.tiedHead() ? table.embedding() : table.head());
    double[][] logits = multiply(norm(x, NormRole.FINAL, 0), head, new double[head.rows()]);
    return map(logits, v -> cap(v, config.attention().logitCap()));
  }

  private double[][] attention(double[][] x, int b) {
    int size = config.headSize();
    int queries = config.heads() * size;
    int keys = config.keyValueHeads() * size;
    double[][] q;
    double[][] k;
    double[][] v;
    if (table.linears().containsKey(LinearRole.QUERY_KEY_VALUE)) {
      double[][] all = linear(x, LinearRole.QUERY_KEY_VALUE, b);
      q = slice(all, 0, queries);
      k = slice(all, queries, queries + keys);
      v = slice(all, queries + keys, queries + 2 * keys);
    } else {
      q = linear(x, LinearRole.QUERY, b);
      k = linear(x, LinearRole.KEY, b);
      v = linear(x, LinearRole.VALUE, b);
    }
    double[][] mixed = new double[x.length][queries];
    for (int h = 0; h < config.heads(); h++) {
      int group = h / (config.heads() / config.keyValueHeads());
      double[][] qh = rotate(norm(slice(q, h * size, (h + 1) * size), NormRole.QUERY, b));
      double[][] kh = rotate(norm(slice(k, group * size, (group + 1) * size), NormRole.KEY, b));
      double given = config.attention().queryScale();
      double scale = given == 0 ? 1 / Math.sqrt(size) : given;
      int window = config.attention().windowOf(b);
      for (int t = 0; t < x.length; t++) {
        double[] weight = new double[t + 1];
        double sum = 0;
        for (int s = 0; s <= t; s++) {
          double score = 0;
          for (int c = 0; c < size; c++) {
            score += qh[t][c] * kh[s][c] * scale;
          }
          boolean seen = window == 0 || t - s < window;
          weight[s] = seen ? Math.exp(cap(score, config.attention().scoreCap())) : 0;
          sum += weight[s];
        }
        for (int s = 0; s <= t; s++) {
          for (int c = 0; c < size; c++) {
            mixed[t][h * size + c] += weight[s] / sum * v[s][group * size + c];
          }
        }
      }
    }
    return linear(mixed, LinearRole.OUTPUT, b);
  }

  private double[][] rotate(double[][] x) {
    int n = config.rotary().channels();
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = x[t].clone();
      for (int i = 0; i < n / 2; i++) {
        double trained = Math.pow(config.rotary().base(), -2.0 * i / n);
        double angle = t * trained / config.rotary().scaling().divisor(trained);
        boolean neighbours = table.pairing() == RopePairing.INTERLEAVED;
        int first = neighbours ? 2 * i : i;
        int second = neighbours ? 2 * i + 1 : i + n / 2;
        y[t][first] = x[t][first] * Math.cos(angle) - x[t][second] * Math.sin(angle);
        y[t][second] = x[t][first] * Math.sin(angle) + x[t][second] * Math.cos(angle);
      }
    }
    return y;
  }

  private double[][] feedForward(double[][] x, int b) {
    int inner = config.intermediateSize();
    double[][] up;
    double[][] gate;
    if (table.linears().containsKey(LinearRole.GATE_UP)) {
      double[][] both = linear(x, LinearRole.GATE_UP, b);
      gate = slice(both, 0, inner);
      up = slice(both, inner, 2 * inner);
    } else if (table.linears().containsKey(LinearRole.GATE)) {
      gate = linear(x, LinearRole.GATE, b);
      up = linear(x, LinearRole.UP, b);
    } else {
      gate = linear(x, LinearRole.UP, b);
      up = map(gate, v -> 1);
    }
    double[][] h = map(gate, this::activation);
    for (int t = 0; t < h.length; t++) {
      for (int c = 0; c < inner; c++) {
        h[t][c] *= up[t][c];
      }
    }
    return linear(h, LinearRole.DOWN, b);
  }

  private double activation(double v) {
    if (config.activation() == Activation.SILU) {
      return v / (1 + Math.exp(-v));
    }
    if (config.activation() == Activation.GELU_TANH) {
      return 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
    }
    double integral = 0;
    int steps = 4000;
    for (int i = 0; i < steps; i++) {
      double z = v * (i + 0.5) / steps;
      integral += Math.exp(-z * z / 2) * v / steps;
    }
    return v * (0.5 + integral / Math.sqrt(2 * Math.PI));
  }

  private static double cap(double v, double cap) {
    return cap == 0 ? v : cap * Math.tanh(v / cap);
  }

  private double[][] norm(double[][] x, NormRole role, int b) {
    if (!table.norms().containsKey(role)) {
      return x;
    }
    FloatMatrix weight = tensors.get(table.norm(role, b) + ".weight");
    FloatMatrix bias = tensors.get(table.norm(role, b) + ".bias");
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double mean = 0;
      for (double v : x[t]) {
        mean += table.norm() == NormKind.LAYER ? v / x[t].length : 0;
      }
      double square = 0;
      for (double v : x[t]) {
        square += (v - mean) * (v - mean) / x[t].length;
      }
      y[t] = new double[x[t].length];
      for (int c = 0; c < y[t].length; c++) {
        double gain = weight.get(0, c) + (table.norm() == NormKind.RMS_ONE_PLUS ? 1 : 0);
        y[t][c] = (x[t][c] - mean) / Math.sqrt(square + config.normEpsilon()) * gain;
        y[t][c] += table.norm() == NormKind.LAYER ? bias.get(0, c) : 0;
      }
    }
    return y;
  }

  private double[][] linear(double[][] x, LinearRole role, int b) {
    FloatMatrix weight = tensors.get(table.linear(role, b) + ".weight");
    double[] bias = new double[weight.rows()];
    for (int o = 0; o < bias.length; o++) {
      bias[o] = tensors.get(table.linear(role, b) + ".bias").get(0, o);
    }
    return multiply(x, weight, bias);
  }

  private static double[][] multiply(double[][] x, FloatMatrix weight, double[] bias) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = bias.clone();
      for (int o = 0; o < bias.length; o++) {
        for (int c = 0; c < x[t].length; c++) {
          y[t][o] += x[t][c] * weight.get(o, c);
        }
      }
    }
    return y;
  }

  private static double[][] slice(double[][] x, int from, int to) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = java.util.Arrays.copyOfRange(x[t], from, to);
    }
    return y;
  }

  private static double[][] map(double[][] x, java.util.function.DoubleUnaryOperator f) {
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      y[t] = java.util.Arrays.stream(x[t]).map(f).toArray();
    }
    return y;
  }

  private static void add(double[][] x, double[][] more) {
    for (int t = 0; t < x.length; t++) {
      for (int c = 0; c < x[t].length; c++) {
        x[t][c] += more[t][c];
      }
    }
  }
}
