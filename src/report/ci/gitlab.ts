/**
 * The beginning of a section that is folded in the log of a GitLab job, and its end. `time` is in seconds since 1970:
 * GitLab shows the difference.
 * @see https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections
 */
export const sectionStart = (name: string, header: string, time: number): string =>
  `${ERASE}section_start:${time}:${name}[collapsed=true]\r${ERASE}${header}`;

export const sectionEnd = (name: string, time: number): string =>
  `${ERASE}section_end:${time}:${name}\r${ERASE}`;

const ERASE = '\x1b[0K';
