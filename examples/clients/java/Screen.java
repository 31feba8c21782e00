import asaflex.client.ApiClient;
import asaflex.client.ApiException;
import asaflex.client.api.ScreeningsApi;
import asaflex.client.model.Channel;
import asaflex.client.model.ChannelKind;
import asaflex.client.model.ContactRouteAdvice;
import asaflex.client.model.Facts;
import asaflex.client.model.ModuleAdvice;
import asaflex.client.model.NextQuestion;
import asaflex.client.model.ScreeningRequest;
import asaflex.client.model.ScreeningResponse;
import java.nio.charset.StandardCharsets;
import java.io.PrintStream;
import java.util.List;

/** Says what is known about a trainee, and prints whom to call first. */
public class Screen {
    public static void main(String[] arguments) throws ApiException {
        ApiClient client = new ApiClient();
        client.updateBaseUri(System.getenv().getOrDefault("ASAFLEX_URL", "http://127.0.0.1:8080"));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

        Facts facts = new Facts()
            .requester(Facts.RequesterEnum.TRAINEE)
            .trainingStatus(Facts.TrainingStatusEnum.IN_TRAINING)
            .trainingType(Facts.TrainingTypeEnum.IN_COMPANY)
            .writtenContract(true)
            .livesInGermany(true)
            .failedExams(List.of(Facts.FailedExamsEnum.FINAL_ONCE));
        ScreeningResponse answer = new ScreeningsApi(client)
            .createScreening(new ScreeningRequest().facts(facts), null, null, "en");

        out.printf("%s: %s%n", answer.getOutcome(), answer.getHeadline());
        ContactRouteAdvice first = answer.getContactRoutes().get(0);
        String phone = first.getChannels().stream()
            .filter(channel -> channel.getKind() == ChannelKind.PHONE)
            .map(Channel::getLabel)
            .findFirst()
            .orElse(first.getPurpose());
        out.printf("First contact: %s, %s%n", first.getTitle(), phone);
        for (ModuleAdvice module : answer.getModules()) {
            out.printf("Support: %s (%s)%n", module.getTitle(), module.getStanding());
        }
        NextQuestion question = answer.getNextQuestion();
        if (question != null) {
            out.printf("Next question of at most %d: %s%n", question.getAtMost(), question.getQuestion());
        }
    }
}
