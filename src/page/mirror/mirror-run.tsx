import { useRef, useState } from 'preact/hooks';
import type { MirrorPage } from '../../api/mirror-page.ts';
import { formatCounted } from '../../report/format-number.ts';
import { Figures } from '../sections/figures.tsx';
import { Footer } from '../sections/footer.tsx';
import { Heading } from '../sections/heading.tsx';
import { Lists } from '../sections/lists.tsx';
import { Messages } from '../sections/messages.tsx';
import { EntryTable } from './entry-table.tsx';
import { Failures } from './failures.tsx';
import { HostTable } from './host-table.tsx';
import { ImageTable } from './image-table.tsx';
import { StatusBar } from './status-bar.tsx';

/** The page of a mirror run: failures, what it comes to, entries, images, traffic. */
export const MirrorRun = ({ document: page }: { readonly document: MirrorPage }) => {
  const [entry, setEntry] = useState<number>();
  const images = useRef<HTMLDivElement>(null);
  const show = (chosen: number): void => {
    setEntry(chosen);
    images.current?.scrollIntoView();
  };
  return (
    <>
      <Heading
        kind={kindOf(page)}
        title={page.title}
        detail={`${formatCounted(page.images.length, 'image')} of ${page.entries.length === 1 ? '1 entry' : `${page.entries.length} entries`}`}
      />
      <main>
        <Failures page={page} />
        <Messages secrets={[]} notes={page.notes} />
        <Figures title="Summary" figures={page.figures} />
        <StatusBar page={page} />
        <EntryTable page={page} onOpen={show} />
        <div ref={images}>
          <ImageTable page={page} entry={entry} onEntry={setEntry} />
        </div>
        <HostTable hosts={page.hosts} />
        <Lists lists={page.lists} />
      </main>
      <Footer reslim={page.reslim} />
    </>
  );
};

const kindOf = ({ dryRun, interrupted }: MirrorPage): string =>
  `${dryRun ? 'Plan of a mirror' : 'Mirror run'}${interrupted ? ', interrupted' : ''}`;
