// A plugin of Rolldown: writes the licences of the packages that became part of a build, which they ask for.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes `fileName` with the licence of each package of which a file is in the build, by name. */
export const collectLicences = (fileName) => ({
  name: 'collect-licences',
  async generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = new Set(
      modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []),
    );
    const texts = [];
    for (const folder of [...folders].sort()) texts.push(await licenceOf(folder));
    this.emitFile({ type: 'asset', fileName, source: texts.join(`\n${'-'.repeat(80)}\n\n`) });
  },
});

const licenceOf = async (folder) => {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? await readFile(join(folder, file), 'utf8') : `Licence: ${license}\n`;
  return `${name} ${version}\n\n${text}`;
};
