package io.halftone.io.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.halftone.io.FileBytes;
import io.halftone.io.MalformedFileException;
import io.halftone.io.TensorEntry;
import io.halftone.io.TensorFile.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and checks the header of one safetensors file, token by token.
 *
 * <p>Fields of a tensor that are not known are stepped over, as the reference implementation does.
 */
final class SafetensorsHeader {
  /** Longer headers are refused, as by the reference implementation. */
  static final int MAX_LENGTH = 100_000_000;

  static final String METADATA = "__metadata__";
  private static final int MAX_RANK = 64;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final FileBytes file;
  private final int length;
  private final List<Location> tensors = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private JsonParser parser;

  private SafetensorsHeader(FileBytes file, int length) {
    this.file = file;
    this.length = length;
  }

  /** Reads the header of a file, which is left open. */
  static SafetensorsHeader read(FileBytes file) throws IOException {
    if (file.size() < Long.BYTES) {
      throw file.malformed(file.size(), "ends before the length of its header");
    }
    long length = file.read(0, Long.BYTES).getLong();
    if (length < 2 || length > MAX_LENGTH || length > file.size() - Long.BYTES) {
      throw file.malformed(
          0,
          "the header is said to have "
              + Long.toUnsignedString(length)
              + " bytes; it must have 2 to "
              + Math.min(MAX_LENGTH, file.size() - Long.BYTES));
    }
    SafetensorsHeader header = new SafetensorsHeader(file, (int) length);
    header.parse(file.read(Long.BYTES, length).array());
    header.checkCoverage();
    return header;
  }

  /** The tensors by offset. */
  List<Location> tensors() {
    return tensors;
  }

  /** The file's remarks. */
  Map<String, String> metadata() {
    return metadata;
  }

  private void parse(byte[] text) throws IOException {
    // a zero byte is what makes a JSON parser think of UTF-16
    if (text[0] != '{' || text[1] == 0) {
      throw file.malformed(Long.BYTES, "the header is not a JSON object in UTF-8");
    }
    try (JsonParser json = JSON.createParser(text)) {
      parser = json;
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        if (json.currentName().equals(METADATA)) {
          parseMetadata();
        } else {
          parseTensor(json.currentName());
        }
      }
      if (json.nextToken() != null) {
        throw malformed("something follows the header's object");
      }
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
      long at = Math.max(0, place.getByteOffset());
      throw file.malformed(
          Long.BYTES + at, "the header is not readable JSON: " + e.getOriginalMessage());
    }
  }

  private void parseMetadata() throws IOException {
    expect(JsonToken.START_OBJECT, METADATA);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      expect(JsonToken.VALUE_STRING, METADATA + ", " + key);
      metadata.put(key, parser.getText());
    }
  }

  private void parseTensor(String name) throws IOException {
    expect(JsonToken.START_OBJECT, name);
    long at = Long.BYTES + parser.currentTokenLocation().getByteOffset();
    String type = "";
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      switch (parser.currentName()) {
        case "dtype" -> {
          expect(JsonToken.VALUE_STRING, name + ", dtype");
          type = parser.getText();
        }
        case "shape" -> shape = numbers(name + ", shape");
        case "data_offsets" -> offsets = numbers(name + ", data_offsets");
        default -> {
          parser.nextToken();
          parser.skipChildren();
        }
      }
    }
    if (type.isEmpty() || shape == null || offsets == null || offsets.size() != 2) {
      throw file.malformed(
          at, "tensor " + name + " lacks its dtype, its shape or its two data_offsets");
    }
    tensors.add(tensor(name, type, shape, offsets, at));
  }

  private Location tensor(
      String name, String typeName, List<Long> shape, List<Long> offsets, long at)
      throws IOException {
    SafetensorsType type =
        SafetensorsType.named(typeName)
            .orElseThrow(
                () -> file.malformed(at, "tensor " + name + " has unknown dtype " + typeName));
    long begin = offsets.get(0);
    long end = offsets.get(1);
    long present = file.size() - Long.BYTES - length;
    if (begin > end || end > present) {
      throw file.malformed(
          at,
          "tensor " + name + " has data_offsets " + offsets + ", there are " + present + " bytes");
    }
    long needed = bytes(type, shape);
    if (needed != end - begin) {
      throw file.malformed(
          at,
          "tensor "
              + name
              + " of shape "
              + shape
              + " and dtype "
              + typeName
              + " does not have the "
              + (end - begin)
              + " bytes of its data_offsets");
    }
    TensorEntry entry = new TensorEntry(name, typeName, shape, needed);
    return new Location(entry, file, Long.BYTES + length + begin);
  }

  /** Bytes of a tensor; -1 if they are not a whole number below 2^63. */
  static long bytes(SafetensorsType type, List<Long> shape) {
    if (shape.contains(0L)) {
      return 0;
    }
    long bits = type.bits();
    for (long extent : shape) {
      if (bits > Long.MAX_VALUE / extent) {
        return -1;
      }
      bits *= extent;
    }
    return bits % Byte.SIZE == 0 ? bits / Byte.SIZE : -1;
  }

  private List<Long> numbers(String field) throws IOException {
    expect(JsonToken.START_ARRAY, field);
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
        throw malformed(field + " holds " + parser.getText() + ", not a number from 0 on");
      }
      numbers.add(parser.getLongValue());
      if (numbers.size() > MAX_RANK) {
        throw malformed(field + " has more than " + MAX_RANK + " numbers");
      }
    }
    return numbers;
  }

  private void expect(JsonToken token, String field) throws IOException {
    if (parser.nextToken() != token) {
      throw malformed(field + " is " + parser.currentToken() + ", must be " + token);
    }
  }

  private MalformedFileException malformed(String reason) {
    return file.malformed(
        Long.BYTES + Math.max(0, parser.currentTokenLocation().getByteOffset()), reason);
  }

  /** The tensors must cover the data without a gap, an overlap or a rest. */
  private void checkCoverage() throws IOException {
    tensors.sort(Comparator.comparingLong(Location::offset).thenComparing(l -> l.entry().bytes()));
    long expected = (long) Long.BYTES + length;
    for (Location tensor : tensors) {
      if (tensor.offset() != expected) {
        throw file.malformed(
            tensor.offset(),
            "tensor "
                + tensor.entry().name()
                + (tensor.offset() < expected ? " overlaps" : " leaves a gap after")
                + " the tensor before it, which ends at "
                + expected);
      }
      expected += tensor.entry().bytes();
    }
    if (expected != file.size()) {
      throw file.malformed(
          expected, "the tensors end here, the file has " + file.size() + " bytes");
    }
  }
}
