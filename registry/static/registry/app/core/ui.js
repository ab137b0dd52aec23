// What every screen draws with; the only place that knows where Preact comes from.
import { h, htm } from "../../vendor/preact/preact.js";

export {
  batch, computed, effect, Fragment, render, signal, untracked, useCallback, useComputed, useEffect, useErrorBoundary,
  useId, useLayoutEffect, useMemo, useRef, useSignal, useSignalEffect, useState,
} from "../../vendor/preact/preact.js";

export const html = htm.bind(h);
