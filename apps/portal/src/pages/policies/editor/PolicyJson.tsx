import { autocompletion, closeBrackets } from '@codemirror/autocomplete';
import { json } from '@codemirror/lang-json';
import { linter, lintGutter } from '@codemirror/lint';
import { readPolicy } from '@pileus/policy';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/index.ts';
import { completionBy } from '../../../parts/editor/json-completion.ts';
import { brokenPlace, placeOf } from '../../../parts/editor/json-place.ts';
import { useEditor } from '../../../parts/editor/use-editor.ts';
import { vocabularyOf, type Words } from '../vocabulary.ts';
import { policyWords } from './policy-completion.ts';

/** A policy as text: completed from the vocabulary, every problem marked where it is. */
export default function PolicyJson({
  text,
  words,
  onText,
}: {
  text: string;
  words: Words;
  onText: (text: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const extensions = useMemo(() => {
    const vocabulary = vocabularyOf(words);
    return [
      json(),
      linter(({ state }) => {
        const written = state.doc.toString();
        return readPolicy(written, vocabulary, language).problems.map(({ at, message, rule }) => ({
          ...(rule === 'not-json' ? brokenPlace(state) : placeOf(state, at)),
          severity: 'error' as const,
          message,
        }));
      }),
      lintGutter(),
      autocompletion({ override: [completionBy(policyWords(words))] }),
      closeBrackets(),
    ];
  }, [words, language]);
  const frame = useEditor({ text, extensions, label: t('policyEditor.json'), onText });
  return <div className="editor policy-json" ref={frame} />;
}
