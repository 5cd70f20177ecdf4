package io.halftone.bridges.llamacpp;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;

/**
 * {@code llama_batch} of build 4916.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/b4916/include/llama.h">llama.h</a>
 */
@FieldOrder({"count", "tokens", "embeddings", "positions", "sequenceCounts", "sequences", "wanted"})
public final class Batch extends Structure implements Structure.ByValue {
  public int count;
  public Pointer tokens;
  public Pointer embeddings;
  public Pointer positions;
  public Pointer sequenceCounts;
  public Pointer sequences;
  public Pointer wanted;

  /** Says where a token stands and that its logits are wanted. */
  void put(int index, int token, int position) {
    tokens.setInt((long) index * Integer.BYTES, token);
    positions.setInt((long) index * Integer.BYTES, position);
    sequenceCounts.setInt((long) index * Integer.BYTES, 1);
    sequences.getPointer((long) index * com.sun.jna.Native.POINTER_SIZE).setInt(0, 0);
    wanted.setByte(index, (byte) 1);
  }
}
