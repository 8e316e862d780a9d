/** The cap cloud above other clouds. */
export function Clouds() {
  return (
    <svg className="clouds" viewBox="0 0 640 420" fill="none">
      <defs>
        <linearGradient id="cap" x1="120" y1="60" x2="520" y2="200" gradientUnits="userSpaceOnUse">
          <stop stopColor="#3fd9c5" />
          <stop offset="0.5" stopColor="#8aa2ff" />
          <stop offset="1" stopColor="#c79bff" />
        </linearGradient>
        <linearGradient id="body" x1="320" y1="170" x2="320" y2="400" gradientUnits="userSpaceOnUse">
          <stop stopColor="#fff" stopOpacity="0.34" />
          <stop offset="1" stopColor="#fff" stopOpacity="0.04" />
        </linearGradient>
      </defs>
      <path d="M96 190C130 104 218 60 320 60s190 44 224 130c-66-38-142-56-224-56S162 152 96 190Z" fill="url(#cap)" />
      <path
        d="M132 214c30-72 100-106 188-106s158 34 188 106c-56-32-118-48-188-48s-132 16-188 48Z"
        fill="url(#cap)"
        opacity="0.35"
      />
      <path
        d="M196 372a64 64 0 0 1-10-127 92 92 0 0 1 170-42 70 70 0 0 1 100 62 54 54 0 0 1-8 107H196Z"
        fill="url(#body)"
      />
      <path
        d="M70 392a44 44 0 0 1-4-88 62 62 0 0 1 116-24 46 46 0 0 1 62 44 35 35 0 0 1-4 68H70Z"
        fill="url(#body)"
        opacity="0.7"
      />
      <path
        d="M420 398a40 40 0 0 1-3-80 58 58 0 0 1 108-20 42 42 0 0 1 56 40 31 31 0 0 1-4 60H420Z"
        fill="url(#body)"
        opacity="0.7"
      />
    </svg>
  );
}
