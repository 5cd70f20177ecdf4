package io.halftone.io.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.core.format.Formats;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.testkit.RandomLayers;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizationJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Granularity G128 = new Granularity.PerGroup(128);

  private static QuantizationConfig read(String text) throws IOException {
    return QuantizationJson.read(JSON.readTree(text));
  }

  private static JsonNode write(QuantizationConfig config) {
    return QuantizationJson.write(config, JSON.createObjectNode());
  }

  @Test
  void writesWhatCompressedTensorsPublishes() throws IOException {
    QuantizationConfig config =
        QuantizationConfig.ofAll(
            "pack-quantized",
            RandomLayers.symmetric(4, G128, Formats.F16),
            false,
            List.of("lm_head"));
    assertEquals(
        JSON.readTree(
            """
            {"quant_method": "compressed-tensors", "format": "pack-quantized",
             "quantization_status": "compressed", "global_compression_ratio": null,
             "ignore": ["lm_head"], "kv_cache_scheme": null,
             "config_groups": { "group_0": { "targets": ["Linear"],
               "weights": {"num_bits":4,"type":"int","symmetric":true,"strategy":"group",
                           "group_size":128,"dynamic":false,"actorder":null,
                           "block_structure":null,"observer":"minmax","observer_kwargs":{}},
               "input_activations": null, "output_activations": null } } }
            """),
        write(config));
  }

  @Test
  void writesWhatGptqAndAwqPublish() throws IOException {
    assertEquals(
        JSON.readTree(
            """
            {"quant_method":"gptq","bits":4,"group_size":128,"desc_act":true,"sym":false,
             "lm_head":false,"checkpoint_format":"gptq_v2","pack_dtype":"int32"}
            """),
        write(
            QuantizationConfig.ofAll(
                "gptq_v2", RandomLayers.asymmetric(4, G128), true, List.of())));
    assertEquals(
        JSON.readTree(
            """
            {"quant_method":"awq","bits":4,"group_size":-1,"zero_point":true,"version":"gemm",
             "modules_to_not_convert":null}
            """),
        write(
            QuantizationConfig.ofAll(
                "awq", RandomLayers.asymmetric(4, new Granularity.PerRow()), false, List.of())));
  }

  @Test
  void readingUndoesWriting() throws IOException {
    TensorScheme fp8 =
        RandomLayers.symmetric(8, new Granularity.PerBlock(128, 128), Formats.F32).weight();
    TensorScheme blocks =
        new TensorScheme(
            Formats.E4M3FN, fp8.granularity(), fp8.scale(), ZeroPoint.NONE, fp8.timing());
    LayerScheme one = new LayerScheme(blocks, Schemes.FULL);
    LayerScheme two = Schemes.W8A8;
    LayerScheme fixed = Schemes.named("W8A8_S");
    QuantizationConfig config =
        new QuantizationConfig(
            List.of(
                new QuantizationConfig.Group(List.of("re:.*mlp.*"), "float-quantized", one, false),
                new QuantizationConfig.Group(List.of("re:.*o_proj"), "int-quantized", fixed, false),
                new QuantizationConfig.Group(List.of("Linear"), "int-quantized", two, false)),
            List.of("lm_head", "re:.*gate"));
    JsonNode written = write(config);
    assertEquals("mixed-precision", written.get("format").asText());
    assertEquals(config, QuantizationJson.read(written));
    assertEquals("float-quantized", config.of("model.mlp.up").orElseThrow().format());
    assertEquals("int-quantized", config.of("model.attn.q").orElseThrow().format());
  }

  @Test
  void readsFilesOfOldReleases() throws IOException {
    QuantizationConfig gptq =
        read("{\"quant_method\":\"gptq\",\"bits\":3,\"group_size\":64,\"sym\":false}");
    assertEquals("gptq", gptq.groups().get(0).format());
    assertEquals(Formats.UINT3, gptq.groups().get(0).scheme().weight().format());
    QuantizationConfig packed =
        read(
            """
            {"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":
              {"group_0":{"targets":["Linear"],"weights":{"num_bits":4,"group_size":-1}}}}
            """);
    assertEquals(new Granularity.PerRow(), packed.groups().get(0).scheme().weight().granularity());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{} | quant_method",
        "{'quant_method':'exl2'} | exl2",
        "{'quant_method':'gptq','group_size':128} | bits",
        "{'quant_method':'gptq','bits':'four','group_size':128} | four",
        "{'quant_method':'gptq','bits':4,'group_size':128,'checkpoint_format':'marlin'} | marlin",
        "{'quant_method':'gptq','bits':4,'group_size':0} | group size",
        "{'quant_method':'gptq','bits':40,'group_size':128} | 40",
        "{'quant_method':'awq','bits':4,'group_size':128,'version':'gemv'} | gemv",
        "{'quant_method':'compressed-tensors','config_groups':{}} | group",
        "{'quant_method':'compressed-tensors','format':'marlin-24','config_groups':{'g':{'targets':['Linear'],'weights':{'num_bits':4,'group_size':128}}}} | marlin-24",
        "{'quant_method':'compressed-tensors','format':'float-quantized','config_groups':{'g':{'targets':['Linear'],'weights':{'num_bits':8,'type':'float'},'input_activations':{'num_bits':8,'type':'float','dynamic':false,'strategy':'channel'}}}} | static"
      })
  void refusesByName(String text, String part) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> read(text.replace('\'', '"')))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
