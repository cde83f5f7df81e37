import { describe, expect, it } from "vitest";
import { isForeign } from "../../src/conversation/language/foreign.ts";

describe("isForeign", () => {
  it.each([
    "Wie kann ich einen Task nach einem Fehler neu starten?",
    "was passiert wenn der Pod stirbt",
    "comment relancer une tâche après une erreur ?",
    "¿Cómo puedo reintentar una tarea con retraso?",
    "como posso reiniciar uma tarefa que falhou?",
    "perché il flow non parte?",
    "hoe kan ik een deployment pauzeren",
    "jak mogę wznowić zatrzymany flow?",
    "如何重试失败的任务？",
    "タスクを再試行するには？ retries は設定済み",
    "как перезапустить задачу?",
    "كيف أعيد تشغيل المهمة؟",
    "태스크를 다시 실행하려면?",
  ])("%s", (text) => {
    expect(isForeign(text)).toBe(true);
  });

  it.each([
    "what happens when the pod dies",
    "k8s worker oomkilled, exit code 137",
    "retry delay jitter?",
    "de facto standard for retries?",
    "die Hard question: can a flow die and be revived",
    "our São Paulo office runs prefect on ECS, any region setting?",
    "`el = la.get(es)` fails, why",
    "los angeles region, el capitan host, no luck",
    "persist_result=True on a task",
    "→ ✅ done, and then?",
    "",
  ])("not %s", (text) => {
    expect(isForeign(text)).toBe(false);
  });
});
