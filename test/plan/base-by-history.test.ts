import { expect, test } from 'vitest';
import { readConfig } from '../../src/oci/config.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { baseByHistory } from '../../src/plan/base-by-history.ts';

/** Steps as `CREATED_BY` or `CREATED_BY | COMMENT`; those that begin with `-` are empty. */
const baseOf = (...steps: readonly string[]): number | undefined => {
  const history = steps.map((step) => {
    const [created_by, comment] = step.replace(/^-/, '').split(' | ');
    return {
      created_by,
      ...(comment && { comment }),
      ...(step[0] === '-' && { empty_layer: true }),
    };
  });
  const filled = steps.filter((step) => step[0] !== '-');
  const config = {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: filled.map((step) => digestOf(Buffer.from(step))) },
    history,
  };
  const bytes = Buffer.from(JSON.stringify(config));
  const document = { bytes, value: readConfig(bytes, 'config'), descriptor: undefined as never };
  return baseByHistory({ config: document })?.layers;
};

test('a base ends with the last CMD or ENTRYPOINT that layers follow', () => {
  const debian = ['ADD file:1 in /', '-CMD ["bash"]'];
  const node = ['RUN install node', '-ENTRYPOINT ["docker-entrypoint.sh"]', '-CMD ["node"]'];
  const app = ['COPY . /app', 'RUN npm ci', '-CMD ["node", "app.js"]'];
  expect(baseOf(...debian, ...app)).toBe(1);
  expect(baseOf(...debian, ...node, ...app)).toBe(2);
  expect(baseOf(...node, ...app, '-LABEL a=b')).toBe(1);
  expect(baseOf('/bin/sh -c #(nop) ADD file:1', '-/bin/sh -c #(nop)  CMD ["bash"]', 'x')).toBe(1);
});

test('Buildah says what an image was built on; its own steps have ids', () => {
  expect(
    baseOf(
      'ADD base.tar / | FROM scratch',
      'RUN one | FROM localhost/base:1',
      'RUN two | FROM 4f8703672352',
      '-CMD ["x"] | FROM 28c1b04222bf',
    ),
  ).toBe(1);
});

test('where nothing shows a base, there is none', () => {
  expect(baseOf('COPY . /', '-CMD ["app"]')).toBeUndefined();
  expect(baseOf('one', 'two')).toBeUndefined();
  expect(baseOf()).toBeUndefined();
});

test('what reslim made of the layers above a base does not count for the base', () => {
  const steps = ['ADD file:1 in /', '-CMD ["bash"]', '-COPY . /app', '-CMD ["app"]', 'reslim'];
  expect(baseOf(...steps)).toBe(1);
});
