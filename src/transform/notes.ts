import { showPath } from '../base/byte-path.ts';
import type { Shrunk } from './shrink-binaries.ts';

/** Notes for the user, one line each. */
export const notesOf = ({ changes, failures, missing, unreadable }: Shrunk): string[] => {
  const packed = changes.filter(({ by }) => by === 'upx').length;
  return [
    ...failures
      .slice(0, MAX_FAILURES)
      .map(({ path, by, reason }) => `${by} failed, ${showPath(path)} stays as it is: ${reason}`),
    ...(failures.length > MAX_FAILURES
      ? [
          `${failures.length - MAX_FAILURES} more files stay as they are: the report has the reasons`,
        ]
      : []),
    ...[...missing].map(([reason, count]) => `${reason}; binaries left as they are: ${count}`),
    ...(packed > 0
      ? [
          `UPX packed ${packed === 1 ? '1 file' : `${packed} files`}: each process unpacks its own copy into memory, scanners cannot look inside, SELinux and malware filters may refuse to run it`,
        ]
      : []),
    ...(unreadable > 0
      ? [
          `build information (Go modules, cargo auditable) can no longer be read from packed files: ${unreadable}`,
        ]
      : []),
  ];
};

const MAX_FAILURES = 5;
