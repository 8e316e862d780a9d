import { useTranslation } from 'react-i18next';
import { stateLooks, type State, type StateLook } from './state.ts';

/** A state as a word, a shape and a colour. `of` tells apart words that mean different things for different things. */
export function StateTag({ state, of, bare = false }: { state: State; of?: 'run' | 'step'; bare?: boolean }) {
  const { t } = useTranslation();
  // A run that is running is at work, and so is a step that has started; a server that runs is at its goal.
  const atWork = (of === 'run' && state === 'running') || (of === 'step' && state === 'started');
  const look: StateLook = atWork ? { tone: 'busy', shape: 'spin' } : stateLooks[state];
  return (
    <span className={`tag ${look.tone} ${bare ? 'bare' : ''}`}>
      <StateShape shape={look.shape} />
      {of === 'step' && state === 'started' ? t('stepState.started') : t(`state.${state}`)}
    </span>
  );
}

export function StateShape({ shape }: { shape: StateLook['shape'] }) {
  const stroke = {
    fill: 'none',
    stroke: 'currentColor',
    strokeWidth: 1.8,
    strokeLinecap: 'round',
    strokeLinejoin: 'round',
  } as const;
  return (
    <svg
      width="12"
      height="12"
      viewBox="0 0 12 12"
      aria-hidden="true"
      className={shape === 'spin' ? 'spin' : undefined}
    >
      {shape === 'check' && <path d="m2 6.500 2.700 2.700L10 3.500" {...stroke} />}
      {shape === 'dot' && <circle cx="6" cy="6" r="4" fill="currentColor" />}
      {shape === 'spin' && <path d="M6 1.500a4.500 4.500 0 1 1-4.500 4.500" {...stroke} />}
      {shape === 'cross' && <path d="m2.500 2.500 7 7m0-7-7 7" {...stroke} />}
      {shape === 'ring' && <circle cx="6" cy="6" r="3.800" {...stroke} />}
      {shape === 'square' && <rect x="2" y="2" width="8" height="8" rx="1.500" fill="currentColor" />}
      {shape === 'dash' && <path d="M2 6h8" {...stroke} />}
      {shape === 'question' && (
        <path d="M4 4.200a2 2 0 1 1 2.700 2C6.200 6.500 6 6.800 6 7.300M6 9.800v.1" {...stroke} />
      )}
    </svg>
  );
}
