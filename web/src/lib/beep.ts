let context: AudioContext | null = null;

/** Two low tones for an unknown code; silent where the browser does not allow sound yet. */
export function beepError(): void {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  const now = context.currentTime;
  for (const start of [0, 0.16]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = "square";
    tone.frequency.value = 220;
    volume.gain.value = 0.08;
    tone.connect(volume).connect(context.destination);
    tone.start(now + start);
    tone.stop(now + start + 0.12);
  }
}
