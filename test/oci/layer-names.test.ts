import { expect, test } from 'vitest';
import type { HistoryStep } from '../../src/oci/config.ts';
import { formatLayerName, layerNames, dockerfileLine } from '../../src/oci/layer-names.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;

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

test('layers are counted from 1, with the step that made them, where the history fits the layers', () => {
  const [from, copy] = ['', 'COPY . /app # buildkit'].map((createdBy) => ({
    createdBy,
    emptyLayer: false,
    raw: {},
  })) as [HistoryStep, HistoryStep];
  const diffIds = [DIGEST, DIGEST];
  const named = layerNames(2, { diffIds, history: [from, { ...copy, emptyLayer: true }, copy] });
  expect(named.map(formatLayerName)).toEqual(['layer 1 of 2', 'layer 2 of 2 (COPY . /app)']);
  const guessed = layerNames(2, { diffIds, history: [copy] });
  expect(guessed.map(formatLayerName)).toEqual(['layer 1 of 2', 'layer 2 of 2']);
});

test.each([
  ['RUN API_KEY="a b" TOKEN=c make', 'RUN API_KEY=*** TOKEN=*** make'],
  ["ENV GITHUB_TOKEN='x", 'ENV GITHUB_TOKEN=***'],
  ['RUN git clone https://me:pw@host/repo', 'RUN git clone https://me:***@host/repo'],
  ['RUN TOKEN=$TOKEN PATH=/bin make', 'RUN TOKEN=$TOKEN PATH=/bin make'],
])('the secret in %j is not shown', (createdBy, line) => {
  expect(dockerfileLine(createdBy)).toBe(line);
});
