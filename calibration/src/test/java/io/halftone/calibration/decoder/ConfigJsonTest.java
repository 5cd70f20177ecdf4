package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.DecoderConfig.AttentionLimits;
import io.halftone.core.model.DecoderConfig.Rotary;
import io.halftone.core.model.DecoderConfig.WindowedBlocks;
import io.halftone.core.model.RotaryScaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigJsonTest {
  private static String json(String type, String more) {
    return "{\"model_type\":\""
        + type
        + "\",\"hidden_size\":64,\"intermediate_size\":96,\"num_hidden_layers\":3,"
        + "\"num_attention_heads\":4,\"vocab_size\":100,\"max_position_embeddings\":128,"
        + "\"rms_norm_eps\":1e-6"
        + more
        + "}";
  }

  @Test
  void takesDefaultsFromTheOtherNumbersAndTheTable() {
    DecoderConfig config = ConfigJson.parse(json("llama", ""));
    DecoderConfig expected =
        new DecoderConfig(
            "llama",
            64,
            96,
            3,
            4,
            4,
            16,
            100,
            128,
            1e-6f,
            new Rotary(10_000, 16, new RotaryScaling.None()),
            Activation.SILU,
            false,
            AttentionLimits.NONE);
    assertEquals(expected, config);
    assertTrue(ConfigJson.parse(json("gemma", "")).tiedHead());
  }

  @Test
  void readsWhatIsGiven() {
    DecoderConfig config =
        ConfigJson.parse(
            json(
                "gemma2",
                ",\"num_key_value_heads\":2,\"head_dim\":32,\"rope_theta\":500000.0,"
                    + "\"hidden_activation\":\"gelu\",\"tie_word_embeddings\":false,"
                    + "\"sliding_window\":48,\"attn_logit_softcapping\":50.0,"
                    + "\"final_logit_softcapping\":30.0,\"query_pre_attn_scalar\":64,"
                    + "\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8.0,"
                    + "\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
                    + "\"original_max_position_embeddings\":64}"));
    assertEquals(32, config.headSize());
    assertEquals(2, config.keyValueHeads());
    assertEquals(new Rotary(500_000, 32, new RotaryScaling.Banded(8, 1, 4, 64)), config.rotary());
    assertEquals(Activation.GELU, config.activation());
    assertEquals(new AttentionLimits(48, WindowedBlocks.EVEN, 50, 30, 0.125f), config.attention());
    assertEquals(48, config.attention().windowOf(2));
    assertEquals(0, config.attention().windowOf(3));
  }

  @Test
  void readsTheNewerPlaceOfTheRotaryParameters() {
    DecoderConfig config =
        ConfigJson.parse(
            json(
                "qwen3",
                ",\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":2,\"rope_theta\":700}"));
    assertEquals(new Rotary(700, 16, new RotaryScaling.Linear(2)), config.rotary());
  }

  @Test
  void aWindowThatIsNotUsedIsNone() {
    String window = ",\"sliding_window\":32,\"use_sliding_window\":";
    assertEquals(0, ConfigJson.parse(json("qwen2", window + "false")).attention().windowOf(0));
    assertEquals(32, ConfigJson.parse(json("qwen2", window + "true")).attention().windowOf(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model_type\":\"lama\"} | unknown model type 'lama', did you mean 'llama'?",
        "{\"model_type\":\"llama\"} | 'hidden_size' is , must be a whole number",
        "{} | no text 'model_type'",
        "{ | config.json is not JSON",
      })
  void saysWhatIsWrong(String text, String message) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> ConfigJson.parse(text));
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  @Test
  void refusesScalingsAndActivationsItDoesNotKnow() {
    String yarn = json("llama", ",\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4}");
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> ConfigJson.parse(yarn))
            .getMessage()
            .contains("rope scaling 'yarn' is not one of [default, linear, llama3]"));
    String relu = json("llama", ",\"hidden_act\":\"relu\"");
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> ConfigJson.parse(relu))
            .getMessage()
            .contains("activation 'relu' is not one of [gelu"));
  }
}
