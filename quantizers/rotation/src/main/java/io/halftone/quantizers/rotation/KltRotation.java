package io.halftone.quantizers.rotation;

import io.halftone.core.algebra.SymmetricEigen;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.Dense;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Hadamard;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Kronecker;
import java.util.List;
import java.util.Set;

/**
 * A Hadamard matrix in the basis of a tensor's principal components: T = K·H/√n, with the
 * eigenvectors of the second moment G in the columns of K.
 *
 * <p>A Hadamard matrix alone spreads outliers but leaves channels of different size; since Kᵀ·G·K
 * is diagonal, every channel of x·T has the same mean square, tr(G)/n, on the calibration tokens.
 * Where a site has heads, one matrix of the heads' mean moment serves all. Cost O(n³) to make it,
 * n² a token where it stays online.
 *
 * <p>Differs: moments are taken about zero instead of the mean, since the grids of activations are
 * centred there.
 *
 * @param roles of the sites that are turned
 * @see <a href="https://arxiv.org/abs/2501.13484">Xu et al., MambaQuant, 2025, section 4.1</a>
 */
public record KltRotation(List<SiteRole> roles) implements TransformFitter {
  /** Takes a copy of the list. */
  public KltRotation {
    roles = List.copyOf(roles);
  }

  @Override
  public Set<Statistic<?>> requires() {
    return Set.of(Statistics.GRAM);
  }

  /**
   * Fits a site.
   *
   * @throws QuantizationException if the site's second moment is not finite; names the site
   * @throws IllegalArgumentException if no Hadamard matrix of the site's order is known
   */
  @Override
  public EquivalentTransform fit(SiteTask task, Compute compute) {
    TransformSite site = task.site();
    if (!roles.contains(site.role())) {
      return new Identity(site.size());
    }
    SquareMatrix gram = task.stats().get(Statistics.GRAM).sum();
    if (!Double.isFinite(gram.meanDiagonal())) {
      throw new QuantizationException(
          site.id(), "mean square of the inputs is " + gram.meanDiagonal() + ", must be finite");
    }
    EquivalentTransform perHead = rotation(headMean(gram, site.heads()), compute);
    return site.heads() == 1 ? perHead : new Kronecker(new Identity(site.heads()), perHead);
  }

  /** Sum of the heads' own blocks of G, made symmetric to the bit. */
  private static SquareMatrix headMean(SquareMatrix gram, int heads) {
    int n = gram.size() / heads;
    SquareMatrix mean = SquareMatrix.zeros(n);
    for (int r = 0; r < n; r++) {
      for (int c = 0; c < n; c++) {
        double sum = 0;
        for (int h = 0; h < heads; h++) {
          sum += gram.get(h * n + Math.max(r, c), h * n + Math.min(r, c));
        }
        mean.values()[r * n + c] = sum / heads;
      }
    }
    return mean;
  }

  private static EquivalentTransform rotation(SquareMatrix moment, Compute compute) {
    FloatMatrix components = SymmetricEigen.of(moment, compute).vectors().toFloat().transpose();
    return Dense.orthogonal(Hadamard.of(moment.size()).applyToInput(components));
  }
}
