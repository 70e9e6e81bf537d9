import { expect, test } from 'vitest';
import { formatLayerName, layerNames, dockerfileLine } from '../../src/report/layer-names.ts';

test.each([
  ['/bin/sh -c #(nop)  CMD ["node"]', 'CMD ["node"]'],
  ['/bin/sh -c apt-get update', 'RUN apt-get update'],
  ['|2 A=1 B=two /bin/sh -c make', 'RUN make'],
  ['RUN |1 A=1 /bin/sh -c make # buildkit', 'RUN make'],
  ['RUN /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
  ['COPY . /app # buildkit', 'COPY . /app'],
  ['reslim', 'reslim'],
  ['RUN /bin/sh -c set -eux;\t \n  true # buildkit', 'RUN set -eux; true'],
])('the history entry %j is shown as the line %j', (createdBy, line) => {
  expect(dockerfileLine(createdBy)).toBe(line);
});

test('a long step is cut with an ellipsis', () => {
  expect(dockerfileLine(`RUN ${'x'.repeat(100)}`)).toBe(`RUN ${'x'.repeat(55)}…`);
});

test('layers are counted from 1, with the step that made them where the history tells', () => {
  const step = { createdBy: 'COPY . /app # buildkit', emptyLayer: false, raw: {} };
  expect(layerNames([undefined, step]).map(formatLayerName)).toEqual([
    'layer 1 of 2',
    'layer 2 of 2 (COPY . /app)',
  ]);
});
