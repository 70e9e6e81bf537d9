import { Box, Text } from 'ink';
import type { JSX } from 'react';
import { drawScreen } from './screen/draw-screen.ts';
import type { Line, Style } from './screen/line.ts';
import type { State } from './model/state.ts';

interface Props {
  readonly state: State;
  readonly hasColour: boolean;
}

/** The screen as a state has it. */
export const View = ({ state, hasColour }: Props): JSX.Element => {
  const { layout, head, layers, files, details, foot } = drawScreen(state);
  const show = (lines: readonly Line[]): JSX.Element => (
    <Lines lines={lines} hasColour={hasColour} />
  );
  if (!layout.isWide) return show([...head, ...layers, ...files, ...details, ...foot]);
  return (
    <Box flexDirection="column">
      {show(head)}
      <Box>
        <Box flexDirection="column" width={layout.sideColumns} marginRight={1}>
          {show([...layers, ...details])}
        </Box>
        {show(files)}
      </Box>
      {show(foot)}
    </Box>
  );
};

const Lines = ({
  lines,
  hasColour,
}: {
  readonly lines: readonly Line[];
  readonly hasColour: boolean;
}): JSX.Element => (
  <Box flexDirection="column">
    {lines.map(({ spans, isSelected = false }, row) => (
      <Text key={row} wrap="truncate" inverse={hasColour && isSelected}>
        {spans.map(({ text, style }, at) => (
          <Text key={at} {...(hasColour ? STYLES[style] : {})}>
            {text}
          </Text>
        ))}
        {spans.every(({ text }) => text === '') ? ' ' : ''}
      </Text>
    ))}
  </Box>
);

const STYLES: Readonly<Record<Style, object>> = {
  plain: {},
  title: { bold: true },
  faint: { dimColor: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  warning: { color: 'yellow' },
};
