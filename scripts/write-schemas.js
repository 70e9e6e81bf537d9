// Writes docs/*.schema.json from the checks of a build, for editors: npm run schemas.
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/**
 * A zod schema as JSON Schema text. It covers keys and types; globs are checked by reslim alone.
 * @param {import('zod').ZodType} schema
 * @param {{ id: string, title: string }} about
 */
export const schemaText = (schema, { id, title }) =>
  `${JSON.stringify({ ...z.toJSONSchema(schema), $id: id, title }, undefined, 2)}\n`;

/** Titles of the published schemas. */
export const SCHEMAS = {
  profile: { id: 'urn:reslim:profile:1', title: 'reslim profile' },
  mirror: { id: 'urn:reslim:mirror:1', title: 'reslim mirror' },
  exporter: { id: 'urn:reslim:exporter:1', title: 'reslim exporter' },
  settings: { id: 'urn:reslim:settings:1', title: 'reslim settings' },
};

const write = (name, schema) =>
  writeFile(
    new URL(`../docs/${name}.schema.json`, import.meta.url),
    schemaText(schema, SCHEMAS[name]),
  );

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { profileSchema } = await import('../build/profiles/profile-schema.js');
  const { settingsSchema } = await import('../build/cli/settings/settings-schema.js');
  await write('profile', profileSchema);
  const { exporterSchema } = await import('../build/cli/settings/exporter-schema.js');
  const { mirrorSchema } = await import('../build/cli/settings/mirror-schema.js');
  await write('settings', settingsSchema);
  await write('exporter', exporterSchema);
  await write('mirror', mirrorSchema);
}
