/**
 * Acts when the event at hand is over. Every open dialog hears the same Escape: the key that opens
 * or closes one must not be heard by the one below or above it as well.
 */
export function afterEvent(act: () => void): () => void {
  return () => {
    setTimeout(act, 0);
  };
}
