// Empties `build` and `dist` before a build, so that a renamed source file leaves no stale output behind.
import { rmSync } from 'node:fs';

for (const folder of ['build', 'dist'])
  rmSync(new URL(`../${folder}`, import.meta.url), { recursive: true, force: true });
