package io.halftone.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Compares {@link Formats#F16} with the conversions that {@link Float} has since JDK 20. */
class JdkHalfPrecisionTest {
  private static final long SEED = 20240609;
  private static final int RANDOM_VALUES = 500_000;
  private static final float FIRST_OVERFLOW = 65520;

  @Test
  void decodesEveryCodeAsTheJdk() throws Throwable {
    MethodHandle decode = jdk("float16ToFloat", float.class, short.class);
    for (int code = 0; code <= 0xFFFF; code++) {
      float expected = (float) decode.invokeExact((short) code);
      assertEquals(expected, Formats.F16.decode(code), "code " + code);
    }
  }

  @Test
  void encodesAsTheJdkBelowOverflow() throws Throwable {
    MethodHandle encode = jdk("floatToFloat16", short.class, float.class);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < RANDOM_VALUES; i++) {
      float halfRange = Math.scalb(2 * random.nextFloat() - 1, random.nextInt(-28, 17));
      float x = Math.abs(halfRange) < FIRST_OVERFLOW ? halfRange : random.nextFloat();
      short expected = (short) encode.invokeExact(x);
      assertEquals(expected & 0xFFFF, Formats.F16.encode(x), () -> x + ", seed " + SEED);
    }
  }

  private static MethodHandle jdk(String name, Class<?> result, Class<?> argument)
      throws IllegalAccessException {
    try {
      return MethodHandles.publicLookup()
          .findStatic(Float.class, name, MethodType.methodType(result, argument));
    } catch (NoSuchMethodException e) {
      return abort("Float." + name + " needs JDK 20");
    }
  }
}
