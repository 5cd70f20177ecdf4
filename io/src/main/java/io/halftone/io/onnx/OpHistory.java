package io.halftone.io.onnx;

import io.halftone.io.onnx.proto.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What changed in the meaning of an operator from one version of the standard operator set to the
 * next.
 *
 * @param since first version whose nodes can be read
 * @param changes in ascending order of version; versions that only add element types or optional
 *     attributes are not listed
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX operators, differences between versions</a>
 */
record OpHistory(int since, List<Change> changes) {
  /** The latest operator set the table covers. */
  static final int LATEST = 25;

  /** Rewrites a node of the version before into one of a version. */
  interface Rewrite {
    /**
     * Rewrites one node.
     *
     * @param node changed in place
     * @param around takes the constants and nodes that the rewritten node needs
     */
    void apply(NodeProto.Builder node, OpsetUpgrade.Surroundings around);
  }

  /**
   * One change of meaning.
   *
   * @param opset version it came with
   * @param rewrite keeps the node's meaning
   */
  record Change(int opset, Rewrite rewrite) {}

  private static final Map<String, OpHistory> TABLE = table();

  /** The history of a standard operator; empty if it is not in the table. */
  static Optional<OpHistory> of(String type) {
    return Optional.ofNullable(TABLE.get(type));
  }

  private static Map<String, OpHistory> table() {
    Map<String, OpHistory> table = new HashMap<>();
    addUnchanged(table);
    addChanged(table);
    return Map.copyOf(table);
  }

  private static void addUnchanged(Map<String, OpHistory> table) {
    unchanged(
        table,
        1,
        "ArgMax ArgMin Constant Conv ConvTranspose DepthToSpace Flatten Gather GlobalAveragePool GlobalMaxPool Identity If LRN");
    unchanged(table, 1, "LpNormalization Not Shape Size Softplus Softsign SpaceToDepth Transpose");
    unchanged(table, 4, "Concat");
    unchanged(table, 5, "Reshape");
    unchanged(
        table,
        6,
        "Abs Ceil Elu Exp Floor HardSigmoid InstanceNormalization LeakyRelu Log Neg Reciprocal Relu Selu Sigmoid Sqrt Tanh Tile");
    unchanged(
        table,
        7,
        "Acos Add And Asin Atan AveragePool Cos Div Equal GRU Gemm Greater LSTM Less Mul Or PRelu Pow RNN Sin Sub Tan Xor");
    unchanged(table, 8, "Expand Max MaxPool Mean Min Sum");
    unchanged(
        table,
        9,
        "Acosh Asinh Atanh Cast Compress ConstantOfShape Cosh Erf EyeLike IsNaN MatMul NonZero OneHot Scan Shrink Sign Sinh Where");
    unchanged(
        table,
        10,
        "ConvInteger DequantizeLinear IsInf MatMulInteger Mod NonMaxSuppression QLinearConv QLinearMatMul QuantizeLinear");
    unchanged(table, 10, "ReverseSequence ThresholdedRelu");
    unchanged(
        table,
        11,
        "BitShift CumSum DynamicQuantizeLinear GatherElements GatherND Loop Range Round ScatterElements ScatterND");
    unchanged(table, 12, "Celu Einsum GreaterOrEqual LessOrEqual");
    unchanged(table, 13, "Resize");
    unchanged(table, 14, "HardSwish Trilu");
    unchanged(table, 15, "CastLike");
    unchanged(table, 17, "LayerNormalization");
    unchanged(table, 18, "BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Mish");
    unchanged(table, 20, "Gelu GridSample");
    unchanged(table, 21, "GroupNormalization");
    unchanged(table, 23, "Attention RMSNormalization RotaryEmbedding");
    unchanged(table, 24, "Swish");
  }

  private static void addChanged(Map<String, OpHistory> table) {
    changed(table, 1, "Squeeze Unsqueeze ReduceSum", new Change(13, Rewrites::axesToInput));
    changed(
        table,
        1,
        "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare",
        new Change(18, Rewrites::axesToInput));
    changed(table, 1, "Hardmax LogSoftmax Softmax", new Change(13, Rewrites::flattenedAxis));
    changed(
        table,
        2,
        "Split",
        new Change(13, Rewrites::splitToInput),
        new Change(18, Rewrites::countOutputs));
    changed(table, 2, "Pad", new Change(11, Rewrites::padsToInput));
    changed(table, 6, "Clip", new Change(11, Rewrites::boundsToInput));
    changed(table, 1, "Slice", new Change(10, Rewrites::rangesToInput));
    changed(table, 1, "TopK", new Change(10, Rewrites::countToInput));
    changed(
        table,
        7,
        "Dropout",
        new Change(10, Rewrites::requireOneOutput),
        new Change(12, Rewrites::dropRatio));
    changed(table, 9, "BatchNormalization", new Change(14, Rewrites::requireOneOutput));
  }

  private static void unchanged(Map<String, OpHistory> table, int since, String types) {
    changed(table, since, types);
  }

  private static void changed(
      Map<String, OpHistory> table, int since, String types, Change... changes) {
    for (String type : types.split(" ", -1)) {
      table.put(type, new OpHistory(since, List.of(changes)));
    }
  }
}
