/** What code found out about the conversation, as it is told to a model that writes the answer. Pure. */
import type { Remark } from "../../documents/answer.ts";
import { remarkText } from "../../documents/remark-text.ts";

/** One fact in plain words, said to the one who wrote the earlier answers. Values are data. */
export function factOf(remark: Pick<Remark, "kind" | "values">): string {
  const {
    word = "",
    statement = "",
    section = "",
    name = "",
    nearest = "",
    about = "",
  } = remark.values;
  const near = [name, nearest, about].filter((each) => each !== "").join("; ");
  const nearText = near === "" ? "" : ` What the documentation has nearest to it: ${near}.`;
  switch (remark.kind) {
    case "word-not-documented":
      return `No page of the documentation has a feature, setting or state called "${word}".${nearText}`;
    case "own-wording":
      return `The word "${word}" was your own wording${statement === "" ? "" : `, in your statement "${statement}"`}; the documentation does not use it for this.${nearText}`;
    case "word-in-another-sense":
      return `The documentation has "${word}" only in another sense${section === "" ? "" : `, in "${section}"`}; your statement did not mean that.`;
    case "word-documented":
      return remark.values["use"] === "used"
        ? `The documentation uses "${word}" and does not define it.`
        : `"${word}" is a term of the documentation${section === "" ? "" : `, explained in "${section}"`}.`;
    case "corrected":
      return `Your earlier statement ${statement === "" ? "" : `"${statement}" `}is not in the documentation as you put it: it carried no quote and must not be relied on.`;
    case "source-changed":
      return `The page that your earlier statement stood on${section === "" ? "" : ` ("${section}")`} ${remark.values["change"] === "gone" ? "is no longer in the documentation" : "has changed since"}; do not repeat what stood on it.`;
    case "never-said":
    case "nothing-before":
    case "model-down":
    case "nothing-stands-out":
    case "pages-disagree":
    case "about-this-thread":
    case "broke-off":
    case "reviewed":
      return remarkText(remark);
  }
}
