package io.halftone.cli.language;

import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Kind;
import io.halftone.io.Vocabulary.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * SentencePiece's byte-pair encoding on a vocabulary with scores: neighbouring pieces merge, the
 * pair whose token has the highest score first, the leftmost of equals; what has no token is
 * spelled in byte tokens.
 *
 * @see <a
 *     href="https://github.com/google/sentencepiece/blob/master/src/bpe_model.cc">SentencePiece,
 *     bpe_model.cc</a>
 */
public final class VocabularyTokenizer implements Tokenizer {
  private static final String MERGED_BY_SCORE = "llama";
  private static final char SPACE = '\u2581';

  private final Vocabulary vocabulary;
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * Prepares a vocabulary.
   *
   * @throws IllegalArgumentException if its texts are not split by scores
   */
  public VocabularyTokenizer(Vocabulary vocabulary) {
    if (!vocabulary.model().equals(MERGED_BY_SCORE)) {
      throw new IllegalArgumentException(
          "the file's vocabulary is of kind '"
              + vocabulary.model()
              + "', texts are split by '"
              + MERGED_BY_SCORE
              + "' only; give tokens as .npy, or a tokenizer.json beside the model");
    }
    this.vocabulary = vocabulary;
    for (int id = 0; id < vocabulary.size(); id++) {
      Token token = vocabulary.tokens().get(id);
      if (token.kind() != Kind.CONTROL && token.kind() != Kind.UNKNOWN) {
        ids.put(token.text(), id);
      }
    }
  }

  @Override
  public List<int[]> sequences(List<String> texts, int longest) {
    int special = vocabulary.bos().isPresent() ? 1 : 0;
    List<int[]> sequences = new ArrayList<>();
    for (String text : texts) {
      int[] tokens = encode(text);
      for (int from = 0; from < tokens.length; from += longest - special) {
        int to = Math.min(tokens.length, from + longest - special);
        int[] sequence = new int[special + to - from];
        vocabulary.bos().ifPresent(bos -> sequence[0] = bos);
        System.arraycopy(tokens, from, sequence, special, to - from);
        sequences.add(sequence);
      }
    }
    return sequences;
  }

  /** The tokens of a text, none of which begins it. */
  int[] encode(String text) {
    return text.isEmpty() ? new int[0] : new Merging(SPACE + text.replace(' ', SPACE)).tokens();
  }

  /** A possible merge of two neighbours. */
  private record Pair(float score, int left, int right, int length) {}

  /** The pieces of one text, a linked list over the places where they begin. */
  private final class Merging {
    private final List<String> pieces = new ArrayList<>();
    private final int[] next;
    private final int[] previous;
    private final PriorityQueue<Pair> pairs =
        new PriorityQueue<>(
            (a, b) ->
                a.score() == b.score()
                    ? Integer.compare(a.left(), b.left())
                    : Float.compare(b.score(), a.score()));

    Merging(String text) {
      text.codePoints().forEach(point -> pieces.add(Character.toString(point)));
      next = new int[pieces.size()];
      previous = new int[pieces.size()];
      Arrays.setAll(next, i -> i + 1 < next.length ? i + 1 : -1);
      Arrays.setAll(previous, i -> i - 1);
      for (int i = 0; i + 1 < next.length; i++) {
        propose(i, i + 1);
      }
    }

    private void propose(int left, int right) {
      if (left < 0 || right < 0) {
        return;
      }
      String merged = pieces.get(left) + pieces.get(right);
      Integer id = ids.get(merged);
      if (id != null) {
        pairs.add(new Pair(vocabulary.tokens().get(id).score(), left, right, merged.length()));
      }
    }

    int[] tokens() {
      while (!pairs.isEmpty()) {
        Pair pair = pairs.poll();
        String left = pieces.get(pair.left());
        String right = pieces.get(pair.right());
        boolean stale =
            left.isEmpty() || right.isEmpty() || left.length() + right.length() != pair.length();
        if (!stale) {
          merge(pair.left(), pair.right(), left + right);
        }
      }
      List<Integer> found = new ArrayList<>();
      for (int i = 0; i >= 0; i = next[i]) {
        add(found, pieces.get(i));
      }
      return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private void merge(int left, int right, String merged) {
      pieces.set(left, merged);
      pieces.set(right, "");
      next[left] = next[right];
      if (next[left] >= 0) {
        previous[next[left]] = left;
      }
      propose(previous[left], left);
      propose(left, next[left]);
    }

    private void add(List<Integer> found, String piece) {
      Integer id = ids.get(piece);
      if (id != null) {
        found.add(id);
        return;
      }
      for (byte value : piece.getBytes(StandardCharsets.UTF_8)) {
        Integer ofByte = ids.get(Token.ofByte(value, 0).text());
        if (ofByte == null && vocabulary.unknown().isEmpty()) {
          throw new IllegalArgumentException(
              "the vocabulary has no token for '" + piece + "', none for bytes and no unknown");
        }
        found.add(ofByte == null ? vocabulary.unknown().getAsInt() : ofByte);
      }
    }
  }
}
