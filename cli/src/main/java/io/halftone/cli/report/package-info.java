/**
 * What a run found, as records, and the two forms it is told in: JSON for programs, one HTML file
 * for people.
 *
 * <p>{@link io.halftone.cli.report.ReportData} is the only source of facts; {@link
 * io.halftone.cli.report.ReportJson} and {@link io.halftone.cli.report.HtmlReport} add none.
 */
package io.halftone.cli.report;
