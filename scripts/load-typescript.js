// Loads fixtures written in TypeScript, which Node 20 cannot read by itself.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');

/** The exports of a module by its path in the repository. */
export const loadTypeScript = async (path) => {
  const bundle = await rolldown({
    input: join(ROOT, path),
    platform: 'node',
    external: /^[^./]/,
    logLevel: 'silent',
  });
  const file = join(ROOT, 'fixtures/.cache/scripts', path.replace(/\.ts$/, '.js'));
  await bundle.write({ file });
  return import(pathToFileURL(file).href);
};
