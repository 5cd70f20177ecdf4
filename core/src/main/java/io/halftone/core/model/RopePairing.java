package io.halftone.core.model;

/**
 * Which two channels of an attention head a rotary position embedding turns together. The rows of
 * the query and key weights stand in the order the pairing expects.
 *
 * @see <a href="https://arxiv.org/abs/2104.09864">Su et al., RoFormer, equation 15</a>
 */
public enum RopePairing {
  /** Channels 2i and 2i + 1, as in the original paper. */
  INTERLEAVED,
  /** Channels i and i + d / 2 of a head of d channels. */
  HALF_SPLIT
}
