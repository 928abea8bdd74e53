package fhirehose.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** HAPI FHIR R4 at http://127.0.0.1:PORT/fhir. Prints READY and the port once it answers. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    AnnotationConfigApplicationContext beans =
        new AnnotationConfigApplicationContext(JpaServer.class);
    Settings settings = beans.getBean(Settings.class);
    Tomcat tomcat = tomcat(settings, restfulServer(beans));
    tomcat.start();
    announce(tomcat.getConnector().getLocalPort(), settings.portFile());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tomcat, beans)));
    tomcat.getServer().await();
  }

  private static RestfulServer restfulServer(AnnotationConfigApplicationContext beans) {
    RestfulServer server = new RestfulServer(beans.getBean(FhirContext.class));
    server.registerProviders(
        beans.getBean("myResourceProvidersR4", ResourceProviderFactory.class).createProviders());
    server.registerProvider(beans.getBean(IJpaSystemProvider.class));
    server.setPagingProvider(beans.getBean(DatabaseBackedPagingProvider.class));
    return server;
  }

  private static Tomcat tomcat(Settings settings, RestfulServer server) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("hapi-server").toString());
    Connector connector = new Connector();
    connector.setPort(settings.port());
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty(
        "maxKeepAliveRequests", Integer.toString(settings.requestsPerConnection()));
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "fhir", server).setLoadOnStartup(1);
    context.addServletMappingDecoded("/fhir/*", "fhir");
    return tomcat;
  }

  /** The port file appears whole or not at all: a test that waits for it never reads half a number. */
  private static void announce(int port, String portFile) throws Exception {
    System.out.println("READY " + port);
    if (portFile.isEmpty()) {
      return;
    }
    Path half = Path.of(portFile + ".half");
    Files.writeString(half, Integer.toString(port));
    Files.move(half, Path.of(portFile), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void stop(Tomcat tomcat, AnnotationConfigApplicationContext beans) {
    try {
      tomcat.stop();
    } catch (Exception leavingAnyway) {
      System.err.println(leavingAnyway.getMessage());
    }
    beans.close();
  }
}
