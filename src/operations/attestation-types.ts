/** The media type of an in-toto statement, by which registries and scanners know it. */
export const STATEMENT_TYPE = 'application/vnd.in-toto+json';
/** The media type of the report, see docs/report.md. */
export const REPORT_TYPE = 'application/vnd.reslim.report.v1+json';
