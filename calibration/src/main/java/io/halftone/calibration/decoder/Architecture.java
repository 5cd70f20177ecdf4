package io.halftone.calibration.decoder;

import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RopePairing;
import io.halftone.core.recipe.NameFilter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How one family of decoders names and computes its parts in one kind of file: a table, not code.
 *
 * <p>Names contain {@code {block}} for a block's index; a linear's or norm's weight is its name
 * with {@code .weight}, its bias with {@code .bias}.
 *
 * @param name of the table
 * @param modelTypes it is for, as a model's configuration gives them
 * @param norm formula of all normalisations
 * @param pairing of the rotary position embedding
 * @param windowedBlocks which blocks see a window only, if there is one
 * @param scaledEmbedding whether embeddings are multiplied by √hiddenSize
 * @param activation when the configuration gives none
 * @param activationKey where the configuration gives it
 * @param tiedHead whether the output matrix is the embedding when the configuration does not say
 * @param embedding name of the embedding [vocabulary, hidden]
 * @param head name of the output matrix [vocabulary, hidden]
 * @param block name of a block
 * @param linears names by role
 * @param biased linears that must have a bias; others may
 * @param norms names by role
 * @param ropeDivisors name of a tensor of divisors of rotary frequencies, used if present
 * @param ignored tensors that may be in the file and are not used
 */
public record Architecture(
    String name,
    List<String> modelTypes,
    NormKind norm,
    RopePairing pairing,
    DecoderConfig.WindowedBlocks windowedBlocks,
    boolean scaledEmbedding,
    Activation activation,
    String activationKey,
    boolean tiedHead,
    String embedding,
    String head,
    String block,
    Map<LinearRole, String> linears,
    Set<LinearRole> biased,
    Map<NormRole, String> norms,
    Optional<String> ropeDivisors,
    NameFilter ignored) {
  private static final String INDEX = "{block}";

  /** Takes copies of the collections. */
  public Architecture {
    modelTypes = List.copyOf(modelTypes);
    linears = Map.copyOf(linears);
    biased = Set.copyOf(biased);
    norms = Map.copyOf(norms);
  }

  /** Whether the feed-forward part has a gate. */
  boolean gated() {
    return linears.containsKey(LinearRole.GATE) || linears.containsKey(LinearRole.GATE_UP);
  }

  /** Name of a linear of a block. */
  String linear(LinearRole role, int block) {
    return indexed(linears.get(role), block);
  }

  /** Name of a norm, of a block unless it is the final one. */
  String norm(NormRole role, int block) {
    return indexed(norms.get(role), block);
  }

  static String indexed(String name, int block) {
    return name.replace(INDEX, Integer.toString(block));
  }

  /** The linears of a block that read the normalised tensor of its attention, in order. */
  List<LinearRole> attentionInputs() {
    return present(LinearRole.QUERY_KEY_VALUE, LinearRole.QUERY, LinearRole.KEY, LinearRole.VALUE);
  }

  /** The linears of a block that read the normalised tensor of its feed-forward part, in order. */
  List<LinearRole> feedForwardInputs() {
    return present(LinearRole.GATE_UP, LinearRole.GATE, LinearRole.UP);
  }

  /** The linears of a block in the order they run. */
  List<LinearRole> running() {
    List<LinearRole> roles = new ArrayList<>(attentionInputs());
    roles.add(LinearRole.OUTPUT);
    roles.addAll(feedForwardInputs());
    roles.add(LinearRole.DOWN);
    return roles;
  }

  private List<LinearRole> present(LinearRole... roles) {
    return java.util.Arrays.stream(roles).filter(linears::containsKey).toList();
  }

  /** Tensors a model must have. */
  Set<String> required(DecoderConfig config) {
    Set<String> names = new LinkedHashSet<>();
    names.add(embedding);
    if (!config.tiedHead()) {
      names.add(head);
    }
    for (int b = 0; b < config.blocks(); b++) {
      for (LinearRole role : new EnumMap<>(linears).keySet()) {
        names.add(weight(linear(role, b)));
        if (biased.contains(role)) {
          names.add(bias(linear(role, b)));
        }
      }
      for (NormRole role : new EnumMap<>(norms).keySet()) {
        names.add(weight(norm(role, b)));
        if (norm == NormKind.LAYER) {
          names.add(bias(norm(role, b)));
        }
      }
    }
    return names;
  }

  /** Tensors a model may have beside the required ones. */
  Set<String> optional(DecoderConfig config) {
    Set<String> names = new LinkedHashSet<>();
    names.add(head);
    ropeDivisors.ifPresent(names::add);
    for (int b = 0; b < config.blocks(); b++) {
      for (LinearRole role : linears.keySet()) {
        names.add(bias(linear(role, b)));
      }
    }
    return names;
  }

  /** Required tensors that are not among the given. */
  List<String> missing(DecoderConfig config, Set<String> names) {
    List<String> missing = new ArrayList<>(required(config));
    missing.removeAll(names);
    return missing;
  }

  /** Given tensors that the table does not know. */
  List<String> unknown(DecoderConfig config, Set<String> names) {
    List<String> unknown = new ArrayList<>(names);
    unknown.removeAll(required(config));
    unknown.removeAll(optional(config));
    unknown.removeIf(name -> !ignored.include().isEmpty() && ignored.accepts(name));
    return unknown;
  }

  static String weight(String part) {
    return part + ".weight";
  }

  static String bias(String part) {
    return part + ".bias";
  }
}
