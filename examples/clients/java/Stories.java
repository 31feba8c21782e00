import asaflex.client.ApiClient;
import asaflex.client.ApiException;
import asaflex.client.api.ScreeningsApi;
import asaflex.client.model.Facts;
import asaflex.client.model.ScreeningRequest;
import asaflex.client.model.ScreeningResponse;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every story through the generated client: typed in, typed out, and nothing lost on the way. */
public class Stories {
    private static final ObjectMapper JSON = ApiClient.createDefaultObjectMapper();

    public static void main(String[] arguments) throws IOException, ApiException {
        List<Path> stories;
        try (Stream<Path> folders = Files.list(Path.of(arguments[0]))) {
            stories = folders.filter(folder -> Files.exists(folder.resolve("request.json"))).sorted().collect(Collectors.toList());
        }
        check(stories.size() >= 10, "there are stories");
        for (Path story : stories) {
            JsonNode written = JSON.readTree(story.resolve("response.json").toFile());
            JsonNode answered = JSON.valueToTree(ask("ASAFLEX_URL", story));
            check(withoutNulls(answered).equals(withoutNulls(written)), story.getFileName() + " is answered exactly as written down");
        }

        ScreeningResponse later = ask("ASAFLEX_LATER_URL", stories.get(0));
        check(later.getModules().stream().anyMatch(module -> module.getId().equals("came-later")), "a module that came later does not disturb");
        check(later.getNotices().stream().anyMatch(notice -> notice.getId().equals("came-later")), "a notice that came later does not disturb");

        ObjectNode more = (ObjectNode) JSON.readTree(stories.get(0).resolve("response.json").toFile());
        more.put("cameLater", 1);
        check(JSON.treeToValue(more, ScreeningResponse.class).getHeadline() != null, "a member that came later does not disturb");

        try {
            service("ASAFLEX_URL").createScreening(new ScreeningRequest().facts(new Facts().age(400)), null, null, null);
            check(false, "age 400 is refused");
        } catch (ApiException refused) {
            String pointer = JSON.readTree(refused.getResponseBody()).at("/errors/0/pointer").asText();
            check(refused.getCode() == 422 && pointer.equals("/facts/age"), "what is invalid is answered with a problem");
        }
    }

    private static ScreeningsApi service(String variable) {
        ApiClient client = new ApiClient();
        client.updateBaseUri(System.getenv(variable));
        return new ScreeningsApi(client);
    }

    private static ScreeningResponse ask(String variable, Path story) throws IOException, ApiException {
        Matcher language = Pattern.compile("Accept-Language: ([a-z-]+)").matcher(Files.readString(story.resolve("curl.sh")));
        if (!language.find()) {
            throw new AssertionError(story + " names no language");
        }
        ScreeningRequest request = JSON.readValue(story.resolve("request.json").toFile(), ScreeningRequest.class);
        return service(variable).createScreening(request, null, null, language.group(1));
    }

    /** Java has one null for "left out" and "null". */
    private static JsonNode withoutNulls(JsonNode value) {
        value.forEach(Stories::withoutNulls);
        if (value instanceof ObjectNode) {
            ((ObjectNode) value).removeIf(JsonNode::isNull);
        }
        return value;
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("does not hold: " + what);
        }
        System.out.println("ok: " + what);
    }
}
