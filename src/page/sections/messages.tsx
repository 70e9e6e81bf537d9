/** What nobody should miss: secrets first. */
export const Messages = ({
  secrets,
  notes,
}: {
  readonly secrets: readonly string[];
  readonly notes: readonly string[];
}) => (
  <>
    <MessageList
      title={`Secrets that the image seems to hide (${secrets.length})`}
      kind="warning"
      messages={secrets}
    />
    <MessageList title={notes.length === 1 ? 'Note' : 'Notes'} kind="note" messages={notes} />
  </>
);

interface MessageListProps {
  readonly title: string;
  readonly kind: 'warning' | 'note';
  readonly messages: readonly string[];
}

const MessageList = ({ title, kind, messages }: MessageListProps) =>
  messages.length === 0 ? null : (
    <section class={`messages ${kind}`}>
      <h2>{title}</h2>
      <ul>
        {messages.map((message) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </section>
  );
