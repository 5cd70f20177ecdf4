package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * What every layer codec keeps: decoding undoes encoding to the bit, encoding undoes decoding to
 * the byte, equal layers give equal bytes, what does not fit is refused by name, and no malformed
 * tensor is read. Subclass it with a codec.
 */
public abstract class LayerCodecContract {
  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("Q4", 4),
          Map.entry("I8", 8),
          Map.entry("U8", 8),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I32", 32),
          Map.entry("F32", 32),
          Map.entry("I64", 64));

  /** The codec under test. */
  protected abstract LayerCodec codec();

  /**
   * Layers it holds, of every width and granularity it knows; weights on one grid, permuted inputs
   * with ascending channels inside groups.
   */
  protected abstract List<QuantizedLinear> layers();

  /** Layers it cannot hold, one for each kind of reason. */
  protected abstract List<QuantizedLinear> refused();

  private static LayerScheme scheme(QuantizedLinear layer) {
    return new LayerScheme(weight(layer).scheme(), layer.input());
  }

  private static GridTensor weight(QuantizedLinear layer) {
    return (GridTensor) layer.branches().get(0).weight();
  }

  /** Codes, grid, order of channels, bias and values come back. */
  @Test
  void decodingGivesTheSameLayer() {
    for (QuantizedLinear layer : layers()) {
      QuantizedLinear read = codec().decode(layer.name(), scheme(layer), codec().encode(layer));
      assertEquals(layer.name(), read.name());
      assertEquals(layer.input(), read.input());
      assertEquals(weight(layer).scheme(), weight(read).scheme());
      assertArrayEquals(weight(layer).codes().values(), weight(read).codes().values());
      assertArrayEquals(weight(layer).grid().scale(), weight(read).grid().scale());
      assertArrayEquals(weight(layer).grid().zero(), weight(read).grid().zero());
      assertEquals(layer.online().isIdentity(), read.online().isIdentity());
      assertArrayEquals(layer.decode().data(), read.decode().data());
      assertArrayEquals(layer.bias(), read.bias());
    }
  }

  /** A layer that was read is written to the same bytes. */
  @Test
  void encodingUndoesDecoding() {
    for (QuantizedLinear layer : layers()) {
      List<StoredTensor> stored = codec().encode(layer);
      assertSame(stored, codec().encode(codec().decode(layer.name(), scheme(layer), stored)));
    }
  }

  /** The same layer gives the same tensors in the same order, and stays as it is. */
  @Test
  void equalLayersGiveEqualBytes() {
    List<QuantizedLinear> again = layers();
    for (int i = 0; i < again.size(); i++) {
      QuantizedLinear layer = layers().get(i);
      short[] codes = weight(layer).codes().values().clone();
      assertSame(codec().encode(layer), codec().encode(layer));
      assertSame(codec().encode(layer), codec().encode(again.get(i)));
      assertArrayEquals(codes, weight(layer).codes().values());
    }
  }

  /** Names begin with the layer's, shapes give the number of bytes. */
  @Test
  void tensorsAreNamedAndSized() {
    for (QuantizedLinear layer : layers()) {
      assertTrue(codec().canEncode(layer), () -> codec().obstacle(layer).orElse(""));
      for (StoredTensor tensor : codec().encode(layer)) {
        assertTrue(tensor.name().startsWith(layer.name() + "."), tensor.name());
        long elements = tensor.shape().stream().reduce(1L, Math::multiplyExact);
        assertEquals(elements * BITS.get(tensor.type()) / 8, tensor.data().remaining());
        assertEquals(0, tensor.data().position());
      }
    }
  }

  /** What cannot be stored exactly is refused with layer and reason. */
  @Test
  void refusesWhatItCannotHold() {
    assertFalse(refused().isEmpty());
    for (QuantizedLinear layer : refused()) {
      String obstacle = codec().obstacle(layer).orElseThrow();
      assertFalse(codec().canEncode(layer));
      String message =
          assertThrows(IllegalArgumentException.class, () -> codec().encode(layer)).getMessage();
      assertTrue(message.contains(layer.name()) && message.contains(obstacle), message);
    }
  }

  /** Another type, another shape, missing or further bytes, and unknown tensors are named. */
  @Test
  void malformedTensorsAreNamed() {
    for (QuantizedLinear layer : layers()) {
      List<StoredTensor> stored = codec().encode(layer);
      for (int i = 0; i < stored.size(); i++) {
        assertNamed(layer, stored, i, t -> with(t, "F64", t.shape(), t.data().limit()));
        assertNamed(layer, stored, i, t -> with(t, t.type(), longer(t.shape()), t.data().limit()));
        assertNamed(layer, stored, i, t -> with(t, t.type(), List.of(), t.data().limit()));
        assertNamed(layer, stored, i, t -> with(t, t.type(), t.shape(), t.data().limit() - 1));
        assertNamed(layer, stored, i, t -> with(t, t.type(), t.shape(), t.data().limit() + 1));
      }
      List<StoredTensor> more = new ArrayList<>(stored);
      String unknown = layer.name() + ".dots";
      more.add(new StoredTensor(unknown, "I8", List.of(0L), ByteBuffer.allocate(0)));
      assertRefuses(layer, more, unknown);
      more.set(stored.size(), stored.get(0));
      assertRefuses(layer, more, stored.get(0).name());
    }
  }

  /** Without its codes or scales a layer cannot be read; no other tensor's absence breaks it. */
  @Test
  void missingTensorsAreNamedOrOptional() {
    for (QuantizedLinear layer : layers()) {
      List<StoredTensor> stored = codec().encode(layer);
      int refusals = 0;
      for (int i = 0; i < stored.size(); i++) {
        List<StoredTensor> fewer = new ArrayList<>(stored);
        String name = fewer.remove(i).name();
        try {
          assertEquals(layer.out(), codec().decode(layer.name(), scheme(layer), fewer).out());
        } catch (IllegalArgumentException e) {
          assertTrue(e.getMessage().contains(name), e.getMessage());
          refusals++;
        }
      }
      assertTrue(refusals >= 2, "codes and scales must be there");
    }
  }

  private void assertNamed(
      QuantizedLinear layer, List<StoredTensor> stored, int i, UnaryOperator<StoredTensor> change) {
    List<StoredTensor> changed = new ArrayList<>(stored);
    changed.set(i, change.apply(stored.get(i)));
    assertRefuses(layer, changed, stored.get(i).name());
  }

  private void assertRefuses(QuantizedLinear layer, List<StoredTensor> stored, String name) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> codec().decode(layer.name(), scheme(layer), stored))
            .getMessage();
    assertTrue(message.contains(name), message);
  }

  private static List<Long> longer(List<Long> shape) {
    List<Long> result = new ArrayList<>(shape);
    result.set(shape.size() - 1, shape.get(shape.size() - 1) + 1);
    return result;
  }

  private static StoredTensor with(StoredTensor tensor, String type, List<Long> shape, int bytes) {
    ByteBuffer data = ByteBuffer.allocate(Math.max(0, bytes));
    ByteBuffer old = tensor.data().duplicate();
    data.put(old.limit(Math.min(old.limit(), data.limit()))).rewind().limit(data.capacity());
    return new StoredTensor(tensor.name(), type, shape, data);
  }

  /** Fails unless two lists hold the same tensors in the same order. */
  protected static void assertSame(List<StoredTensor> expected, List<StoredTensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).name(), actual.get(i).name());
      assertEquals(expected.get(i).type(), actual.get(i).type());
      assertEquals(expected.get(i).shape(), actual.get(i).shape());
      assertEquals(expected.get(i).data(), actual.get(i).data(), expected.get(i).name());
    }
  }
}
